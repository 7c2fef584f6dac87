package import Logging
import Metrics
package import PostgreSQL
import Synchronization
import Waiting

/// Takes due deliveries out of the outbox, sends them, and settles them, until it is asked to stop.
///
/// **Guarantees** At least once: what was claimed and not settled comes back when its lease ends.
/// **Concurrency** Several senders, in any number of processes, share the work. `stop()` ends `run()` after the
/// attempts that are under way.
package final class WalletDeliverySender: Sendable {
    private let deliveries: WalletDeliveries
    private let configuration: WalletDeliveryConfiguration
    private let carry: WebhookCarrier
    private let now: @Sendable () -> PostgresTimestamp
    private let logger: Logger
    private let isStopping = Mutex(false)
    /// Attempts under way, by endpoint.
    private let inFlight = Mutex<[String: Int]>([:])
    private let signal = Signal()
    private let commits: Signal

    /// Makes a sender.
    ///
    /// - Parameter carry: brings one delivery to its endpoint, within the configuration's time for an attempt.
    package init(
        context: WalletContext, configuration: WalletDeliveryConfiguration = WalletDeliveryConfiguration(),
        carry: @escaping WebhookCarrier, now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        deliveries = WalletDeliveries(context)
        self.configuration = configuration
        self.carry = carry
        commits = context.pool.commits
        self.now = now
        self.logger = logger
    }

    /// Ends `run()` after the attempts that are under way.
    package func stop() {
        isStopping.withLock { $0 = true }
        signal.raise()
    }

    /// Sends whatever is due until `stop()` or cancellation.
    package func run() async {
        await withDiscardingTaskGroup { attempts in
            await WorkLoop(
                "claiming webhooks", wake: signal, poll: configuration.pollInterval,
                rest: .init(until: commits),
                backoff: Backoff(base: configuration.pollInterval * 2, cap: .seconds(5), jitter: .equal), logger: logger
            ).run {
                guard !isStopping.withLock({ $0 }) else { return .end }
                let now = self.now()
                let claimed = try await claim()
                for delivery in claimed {
                    inFlight.withLock { $0[delivery.webhookID, default: 0] += 1 }
                    attempts.addTask {
                        await self.send(delivery)
                        self.ended(delivery.webhookID)
                    }
                }
                guard claimed.isEmpty else { return .more }
                let nextDueAt = try await deliveries.nextDueAt(after: now)
                return .idle(atMost: nextDueAt.map { $0.duration(since: self.now()) })
            }
        }
    }

    private func ended(_ webhookID: String) {
        inFlight.withLock { $0[webhookID] = $0[webhookID].flatMap { $0 > 1 ? $0 - 1 : nil } }
        signal.raise()
    }

    /// As many due deliveries as there are places, few at a time, and none of an endpoint that has its share.
    private func claim() async throws -> [WalletDelivery] {
        let inFlight = inFlight.withLock { $0 }
        let places = configuration.concurrentAttemptsMax - inFlight.values.reduce(0, +)
        guard places > 0 else { return [] }
        let share = WalletDeliveryConfiguration.attemptsPerEndpointMax
        return try await deliveries.claim(
            limit: min(places, share), excluding: inFlight.filter { $0.value >= share }.map(\.key),
            lease: configuration.lease, now: now())
    }

    private func send(_ delivery: WalletDelivery) async {
        do {
            if delivery.isWebhookDisabled {
                count("disabled")
                return try await deliveries.failed(delivery, answer: nil, now: now())
            }
            switch await carry(delivery, now()) {
            case .delivered(let answer):
                count("delivered")
                try await deliveries.delivered(delivery, answer: answer, now: now())
            case .refused(let answer):
                count("refused")
                try await failed(delivery, answer: answer, "answered \(answer)")
            case .unanswered(let cause):
                count(cause.rawValue)
                try await failed(delivery, answer: nil, cause.rawValue)
            }
        } catch {
            // Not settled, so it comes back when its lease ends; the receiver recognises repeats by the delivery's id.
            logger.error(
                "a webhook's outcome was not recorded; it will be resent",
                metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
        }
    }

    private func failed(_ delivery: WalletDelivery, answer: Int?, _ outcome: String) async throws {
        logger.info(
            "a webhook was not delivered",
            metadata: [
                "delivery": "\(delivery.id)", "webhook": "\(delivery.webhookID)", "attempt": "\(delivery.attempt)",
                "outcome": "\(outcome)",
            ])
        try await deliveries.failed(delivery, answer: answer, now: now())
    }

    private func count(_ result: String) {
        Counter(label: "multibrand_wallet_deliveries_total", dimensions: [("result", result)]).increment()
    }
}
