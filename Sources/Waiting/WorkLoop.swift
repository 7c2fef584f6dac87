package import Logging
import Synchronization

/// A worker's loop: does what is due, waits until more may be, and does not end because of an error.
///
/// ```swift
/// let loop = WorkLoop("planning issuances", wake: signal, poll: .seconds(1), backoff: backoff, logger: logger)
/// await loop.run { try await planDue() ? .more : .idle() }
/// ```
///
/// **Guarantees** A signal that is raised while a step runs makes the loop run another one. After a step that threw,
/// the pauses follow the backoff, and a signal ends them early. An outage is logged once a cause at warning, and its
/// end once at notice (see ``OutageLog``).
/// **Concurrency** ``run(_:)`` may be called by several tasks, which share the log of outages. It returns when a step
/// says so, or when its task is cancelled, after the step under way.
package final class WorkLoop: Sendable {
    /// What a step has found.
    package enum Next: Sendable, Hashable {
        /// More is due: the next step follows at once.
        case more
        /// Nothing is due now. The next step comes with the signal, after the poll interval, or after this long,
        /// whichever is first.
        case idle(atMost: Duration? = nil)
        /// More is due than the process can take now. Its signal says when it can.
        case full
        /// The loop ends.
        case end
    }

    /// How a loop looks for work less often while there is none.
    package struct Rest: Sendable {
        let longest: Duration
        let stir: Signal

        /// The longest pause by default; its poll finds work whose announcement was lost.
        package static let longest = Duration.seconds(60)

        /// Each look in vain doubles the pause until the next, from the poll interval up to `longest`. When the signal
        /// is raised or work was found, the loop looks every poll interval again.
        package init(upTo longest: Duration = Self.longest, until stir: Signal) {
            self.longest = longest
            self.stir = stir
        }
    }

    private let wake: Signal
    private let poll: Duration?
    private let rest: Rest?
    private let backoff: Backoff
    private let clock: any Clock<Duration>
    private let random: @Sendable (ClosedRange<Int64>) -> Int64
    private let outages: OutageLog
    /// What the signal's count was before the last step that found nothing.
    private let settled: Mutex<UInt64>

    /// Makes a loop.
    ///
    /// - Parameters:
    ///   - name: What a step does, as the subject of a log line: "checking links".
    ///   - wake: Says that something may be due. The default is never raised.
    ///   - poll: How long to wait at most for what no signal announces; nil when a signal announces all.
    ///   - rest: How the poll interval grows while there is no work; nil for one that does not.
    ///   - backoff: The pauses after steps that threw.
    ///   - clock: Measures the pauses.
    ///   - random: Draws the pauses after failures.
    package init(
        _ name: String, wake: Signal = Signal(), poll: Duration?, rest: Rest? = nil, backoff: Backoff,
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { .random(in: $0) }, logger: Logger
    ) {
        self.wake = wake
        self.poll = poll
        self.rest = rest
        self.backoff = backoff
        self.clock = clock
        self.random = random
        settled = Mutex(wake.count)
        outages = OutageLog(
            begin: "\(name) failed; will retry until it succeeds", end: "\(name) succeeds again", logger: logger)
    }

    /// Whether its signal was raised after the last step that found nothing: work may wait that other processes can
    /// help with.
    package var isBehind: Bool { wake.count != settled.withLock { $0 } }

    /// Runs steps until one ends the loop or the task is cancelled.
    ///
    /// - Parameter polls: Whether it looks without a signal; false for all but one of several tasks that share the
    /// loop.
    package func run(polls: Bool = true, _ step: () async throws -> Next) async {
        var failures = 0
        var idleSteps = 0
        while !Task.isCancelled {
            let seen = (wake: wake.count, stir: rest?.stir.count ?? 0)
            let successes = outages.successes
            do {
                let next = try await step()
                failures = 0
                outages.succeeded()
                switch next {
                case .more: idleSteps = 0
                case .idle(let limit):
                    settled.withLock { $0 = max($0, seen.wake) }
                    guard polls else {
                        await wake.wait(beyond: seen.wake, atMost: limit.map { max($0, .zero) }, clock: clock)
                        continue
                    }
                    let isNews = await wait(beyond: seen, afterIdleSteps: idleSteps, atMost: limit)
                    idleSteps = isNews ? 0 : idleSteps + 1
                case .full:
                    _ = await wait(beyond: seen, afterIdleSteps: 0, atMost: nil)
                case .end: return
                }
            } catch {
                if Task.isCancelled { return }
                failures += 1
                outages.failed(error, after: successes)
                let pause = backoff.pause(afterFailures: failures, random: random)
                await wake.wait(beyond: seen.wake, atMost: pause, clock: clock)
            }
        }
    }

    /// Waits after a step that found nothing; returns whether something happened meanwhile.
    private func wait(
        beyond seen: (wake: UInt64, stir: UInt64), afterIdleSteps idleSteps: Int, atMost limit: Duration?
    ) async -> Bool {
        let limit = limit.map { max($0, .zero) }
        let pause = [poll, limit].compactMap(\.self).min()
        await wake.wait(beyond: seen.wake, atMost: pause, clock: clock)
        if wake.count != seen.wake { return true }
        guard let rest, let poll, let pause, !Task.isCancelled else { return false }
        var whole = min(poll, rest.longest)
        for _ in 0..<idleSteps where whole < rest.longest { whole = min(whole * 2, rest.longest) }
        let left = min(whole, limit ?? whole) - pause
        if left > .zero {
            await Signal.wait(
                forAny: [(wake, seen.wake), (rest.stir, seen.stir)], atMost: left, clock: clock)
        }
        return wake.count != seen.wake || rest.stir.count != seen.stir
    }
}
