public import Logging
import Metrics
public import PostgreSQL
import Rewards
import Synchronization

/// Takes due deliveries out of the outbox, sends them, and settles them, until it is asked to stop.
///
/// **Guarantees** At least once: what was claimed and not settled comes back when its lease ends.
/// **Concurrency** Several senders, in any number of processes, share the work. `stop()` ends `run()` after the attempts
/// that are under way.
public final class WalletDeliverySender: Sendable {
    private enum Event: Sendable {
        case ended(webhookID: String)
        case paused
    }

    private let deliveries: WalletDeliveries
    private let configuration: WalletDeliveryConfiguration
    private let carry: WebhookCarrier
    private let now: @Sendable () -> PostgresTimestamp
    private let logger: Logger
    private let isStopping = Mutex(false)

    /// Makes a sender.
    ///
    /// - Parameter carry: brings one delivery to its endpoint, within the configuration's time for an attempt.
    public init(
        context: WalletContext, configuration: WalletDeliveryConfiguration = WalletDeliveryConfiguration(),
        carry: @escaping WebhookCarrier, now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        deliveries = WalletDeliveries(context)
        self.configuration = configuration
        self.carry = carry
        self.now = now
        self.logger = logger
    }

    /// Ends `run()` after the attempts that are under way.
    public func stop() { isStopping.withLock { $0 = true } }

    /// Sends whatever is due until `stop()` or cancellation.
    public func run() async {
        await withTaskGroup(of: Event.self) { group in
            var inFlight: [String: Int] = [:]
            var isPausing = false
            var failures = 0
            while !Task.isCancelled, !isStopping.withLock({ $0 }) {
                var claimedCount = 0
                do {
                    let claimed = try await claim(inFlight)
                    if failures > 0 { logger.notice("webhooks are sent again") }
                    failures = 0
                    claimedCount = claimed.count
                    for delivery in claimed {
                        inFlight[delivery.webhookID, default: 0] += 1
                        group.addTask {
                            await self.send(delivery)
                            return .ended(webhookID: delivery.webhookID)
                        }
                    }
                } catch {
                    if Task.isCancelled { break }
                    if failures == 0 {
                        logger.failed("claiming webhooks failed; it is tried again until it succeeds", error)
                    }
                    failures += 1
                }
                if claimedCount > 0 { continue }
                if !isPausing {
                    isPausing = true
                    let pause = pause(afterFailures: failures)
                    group.addTask {
                        try? await Task.sleep(for: pause)
                        return .paused
                    }
                }
                switch await group.next() {
                case .ended(let webhookID): inFlight[webhookID] = inFlight[webhookID].flatMap { $0 > 1 ? $0 - 1 : nil }
                case .paused: isPausing = false
                case nil: break
                }
            }
        }
    }

    /// As many due deliveries as there are places, few at a time, and none of an endpoint that has its share.
    private func claim(_ inFlight: [String: Int]) async throws -> [WalletDelivery] {
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
                "a webhook's outcome was not recorded; it is sent again",
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

    /// At most five seconds, also while the database is away, so that `stop()` is heard soon.
    private func pause(afterFailures failures: Int) -> Duration {
        guard failures > 0 else { return configuration.pollInterval }
        return Backoff(base: configuration.pollInterval * 2, cap: .seconds(5), jitter: .equal)
            .pause(afterFailures: failures) { Int64.random(in: $0) }
    }
}
