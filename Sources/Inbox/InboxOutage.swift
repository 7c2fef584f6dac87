import Logging
import Rewards
import Synchronization

/// Whether the worker's loops can read the inbox; logged once a change, however many loops notice and however often.
///
/// **Concurrency**: safe from any task.
final class InboxOutage: Sendable {
    private struct State {
        var streak = FailureStreak()
        var successes: UInt64 = 0
    }

    private let state = Mutex(State())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// How many attempts have gone well; read before an attempt.
    var successes: UInt64 { state.withLock { $0.successes } }

    /// Takes a failure of an attempt that began after so many successes. One that another loop's success has overtaken
    /// tells of an outage that is over.
    func met(_ error: any Error, after successes: UInt64) {
        guard state.withLock({ $0.successes == successes && $0.streak.failed() }) else { return }
        logger.warning("the inbox cannot be read; deliveries wait until it can", metadata: ["error": "\(error)"])
    }

    func ended() {
        let isNews = state.withLock { state in
            state.successes &+= 1
            return state.streak.succeeded()
        }
        if isNews { logger.notice("the inbox can be read again") }
    }
}
