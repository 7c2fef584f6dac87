import Cryptography
import Logging
import NIOCore
import NIOPosix
import OutgoingHTTP
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
        let timer = MultiThreadedEventLoopGroup.singleton.any()
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
                    if isHeldBack(id, now) {
                        places.giveBack()
                        continue
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

    /// Puts off a delivery that cannot be sent now, without the cost of a task: its receiver is paused, or not named
    /// yet.
    private func isHeldBack(_ id: UInt64, _ now: ContinuousClock.Instant) -> Bool {
        func endpoint() -> SandboxWebhookEndpoint? {
            core.state.withLock { state in state.books.deliveries[id].flatMap { state.endpoints[$0.kind] } }
        }
        guard let target = endpoint() else {
            core.queue.finish(id)
            // Naming a receiver queues what is pending; one named since the look above would have missed this one.
            if endpoint() != nil { core.queue.add([id]) }
            return true
        }
        guard let pause = receivers.pausedUntil(target.url), pause > now else { return false }
        core.queue.putBack(id, dueAt: pause)
        return true
    }

    private func deliver(_ id: UInt64) async {
        let (delivery, endpoint, switches) = core.state.withLock { state in
            let delivery = state.books.deliveries[id]
            return (delivery, delivery.flatMap { state.endpoints[$0.kind] }, state.rules.switches)
        }
        guard let delivery, let endpoint, delivery.state == .pending else { return core.queue.finish(id) }
        let timestamp = Self.timestamp(for: delivery, switches: switches)
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
            receivers.pause(endpoint.url, until: ContinuousClock().now + pause)
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

    /// The `x-timestamp` of an attempt: the time, or the first attempt's own behind the switch.
    static func timestamp(for delivery: SandboxDelivery?, switches: SandboxSwitches) -> String {
        if switches.resendsOriginalHeaders, let first = delivery?.firstTimestamp { return first }
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
