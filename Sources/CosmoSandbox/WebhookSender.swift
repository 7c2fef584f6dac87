import AsyncHTTPClient
import Cryptography
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Delivers webhooks: at least once, in no promised order, retried on a schedule (contract section 8.1).
///
/// While a receiver cannot be reached its deliveries wait together and one of them probes, so tens of thousands of
/// pending deliveries cost next to nothing.
struct WebhookSender: Service {
    let core: SandboxCore
    let httpClient: HTTPClient
    let logger: Logger
    private let receivers = Receivers()

    init(core: SandboxCore, httpClient: HTTPClient, logger: Logger) {
        self.core = core
        self.httpClient = httpClient
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await deliverUntilCancelled() }
    }

    private func deliverUntilCancelled() async {
        let timer = httpClient.eventLoopGroup.any()
        let places = Places(free: max(1, core.configuration.deliveryConcurrency))
        var nextWake: Scheduled<Void>?
        await withDiscardingTaskGroup { group in
            core.queue.wake()
            for await _ in core.queue.changes {
                while places.take() {
                    let now = ContinuousClock().now
                    let (id, nextDue) = core.queue.take(at: now)
                    guard let id else {
                        places.giveBack()
                        nextWake?.cancel()
                        nextWake = nextDue.map { due in
                            timer.scheduleTask(in: TimeAmount(max(due - now, .milliseconds(1)))) { core.queue.wake() }
                        }
                        break
                    }
                    group.addTask {
                        await deliver(id)
                        places.giveBack()
                        core.queue.wake()
                    }
                }
            }
            group.cancelAll()
        }
        nextWake?.cancel()
    }

    private func deliver(_ id: UInt64) async {
        let (delivery, endpoint, switches) = core.state.withLock { state in
            let delivery = state.books.deliveries[id]
            return (delivery, delivery.flatMap { state.endpoints[$0.kind] }, state.rules.switches)
        }
        guard let delivery, delivery.state == .pending else { return core.queue.finish(id) }
        let now = ContinuousClock().now
        guard let endpoint else {
            // Nowhere to send it yet; a test may name the receiver later.
            return core.queue.putBack(id, dueAt: now + .milliseconds(500))
        }
        if let pause = receivers.pausedUntil(endpoint.url), pause > now { return core.queue.putBack(id, dueAt: pause) }
        let timestamp =
            switches.resendsOriginalHeaders
            ? delivery.firstTimestamp ?? Self.timestamp(switches) : Self.timestamp(switches)
        let outcome = await send(delivery, to: endpoint, timestamp: timestamp, switches: switches)
        core.state.withLock { $0.books.noteAttempt(id, outcome: outcome.text, firstTimestamp: timestamp) }
        switch outcome {
        case .acknowledged:
            receivers.resume(endpoint.url)
            core.settle(.delivered(id))
            core.queue.finish(id)
        case .answered:
            receivers.resume(endpoint.url)
            retry(delivery, outcome)
        case .unreachable:
            let pause = core.configuration.retrySchedule.first ?? .seconds(1)
            receivers.pause(endpoint.url, until: now + pause)
            retry(delivery, outcome)
        }
    }

    private func retry(_ delivery: SandboxDelivery, _ outcome: Outcome) {
        let schedule = core.configuration.retrySchedule
        let attempt = delivery.attempts
        guard attempt < schedule.count || (core.configuration.retriesForever && !schedule.isEmpty) else {
            core.settle(.failed(delivery.id, outcome: outcome.text))
            return core.queue.finish(delivery.id)
        }
        core.queue.putBack(delivery.id, dueAt: ContinuousClock().now + schedule[min(attempt, schedule.count - 1)])
    }

    private static func timestamp(_ switches: SandboxSwitches) -> String {
        let now = SandboxCore.nowMilliseconds()
        return String(switches.timestampUnit == .seconds ? now / 1000 : now)
    }
}

extension WebhookSender {
    /// How one attempt ended.
    enum Outcome: Sendable {
        case acknowledged(Int)
        case answered(Int)
        case unreachable(String)

        var text: String {
            switch self {
            case .acknowledged(let status), .answered(let status): "HTTP \(status)"
            case .unreachable(let what): what
            }
        }
    }

    /// How many more attempts may be under way.
    private final class Places: Sendable {
        private let free: Mutex<Int>

        init(free: Int) { self.free = Mutex(free) }

        func take() -> Bool {
            free.withLock { free in
                guard free > 0 else { return false }
                free -= 1
                return true
            }
        }

        func giveBack() { free.withLock { $0 += 1 } }
    }

    /// Which receivers cannot be reached, and until when they are left alone.
    private final class Receivers: Sendable {
        private let pauses = Mutex<[String: ContinuousClock.Instant]>([:])

        func pausedUntil(_ url: String) -> ContinuousClock.Instant? { pauses.withLock { $0[url] } }
        func pause(_ url: String, until: ContinuousClock.Instant) { pauses.withLock { $0[url] = until } }
        func resume(_ url: String) { _ = pauses.withLock { $0.removeValue(forKey: url) } }
    }
}
