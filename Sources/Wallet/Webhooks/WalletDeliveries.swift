import Cryptography
package import PostgreSQL

/// The outbox's far end: a sender claims what is due, sends it, and settles it.
package struct WalletDeliveries: Sendable {
    /// How long after its event a delivery is tried.
    package static let triedFor = Duration.seconds(86_400)
    /// How long an endpoint may fail without a success before it is disabled.
    package static let disabledAfter = Duration.seconds(3 * 86_400)

    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Claims deliveries that are due; they come back after `lease` should this sender die.
    ///
    /// - Parameter excluding: endpoints whose deliveries are left for later, such as those that are slow to answer.
    /// **Guarantees** Two senders never claim the same delivery within its lease; delivery is at least once.
    /// **Cost** Does not grow with what was delivered.
    package func claim(
        limit: Int, excluding webhookIDs: [String] = [], lease: Duration = .seconds(60), now: PostgresTimestamp
    ) async throws -> [WalletDelivery] {
        try await context.pool.withTransaction(vouches: false) { connection in
            try await connection.all(
                OutboxStore.claim(limit: limit, excluding: webhookIDs, now: now, until: now.advanced(by: lease)))
        }
    }

    /// When the next attempt is due that is not due yet; nil when none waits.
    ///
    /// **Cost** One probe of the index.
    func nextDueAt(after now: PostgresTimestamp) async throws -> PostgresTimestamp? {
        try await context.pool.first(OutboxStore.nextDueAt(after: now))
    }

    /// How many deliveries wait for an attempt, or for another one.
    ///
    /// **Cost** An index holds just those.
    package func waitingCount() async throws -> Int64 {
        try await context.pool.first(OutboxStore.waitingCount) ?? 0
    }

    /// Records that the endpoint took it.
    ///
    /// - Parameter answer: the number it answered with.
    package func delivered(_ delivery: WalletDelivery, answer: Int, now: PostgresTimestamp) async throws {
        try await settle(delivery, OutboxStore.delivered(delivery, answer: answer, now: now))
    }

    /// Records a failed attempt and plans the next one, or gives up a day after the event.
    ///
    /// - Parameters:
    ///   - answer: the number the endpoint answered with; nil when there was no answer.
    ///   - jitter: a random number that spreads the next attempt over the whole backoff.
    package func failed(
        _ delivery: WalletDelivery, answer: Int?, jitter: UInt64 = .random(in: .min ... .max), now: PostgresTimestamp
    ) async throws {
        let next = Self.nextAttempt(after: delivery, jitter: jitter, now: now)
        let isGivenUp = delivery.isWebhookDisabled || next == nil
        try await settle(
            delivery,
            OutboxStore.failed(
                delivery, answer: answer, next: isGivenUp ? nil : next,
                disableIfFailingSince: now.advanced(by: .zero - Self.disabledAfter), now: now))
    }

    /// When to try again: full jitter over a backoff that doubles from 10 seconds to 2 hours; nil after a day.
    static func nextAttempt(
        after delivery: WalletDelivery, jitter: UInt64, now: PostgresTimestamp
    ) -> PostgresTimestamp? {
        let backoffMilliseconds = min(UInt64(10_000) << UInt64(min(max(delivery.attempt - 1, 0), 10)), 7_200_000)
        let next = now.advanced(by: .milliseconds(Int64(1000 + jitter % backoffMilliseconds)))
        return next > delivery.createdAt.advanced(by: triedFor) ? nil : next
    }

    /// In the line of the endpoint, whose row says since when it fails.
    private func settle(_ delivery: WalletDelivery, _ statements: [PostgresStatement]) async throws {
        try await context.inLines([.webhook(delivery.webhookID)], delivery.environment) {
            try await context.pool.withTransaction(vouches: false) { connection in
                _ = try await connection.pipeline(statements)
            }
        }
    }
}
