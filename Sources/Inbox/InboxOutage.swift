import Logging
import Rewards
import Synchronization

/// Whether the worker's loops can read the inbox; told once a change, however many loops notice and however often.
///
/// **Concurrency**: safe from any task.
final class InboxOutage: Sendable {
    private let streak = Mutex(FailureStreak())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func met(_ error: any Error) {
        guard streak.withLock({ $0.failed() }) else { return }
        logger.warning("the inbox cannot be read; deliveries wait until it can", metadata: ["error": "\(error)"])
    }

    func ended() {
        guard streak.withLock({ $0.succeeded() }) else { return }
        logger.notice("the inbox can be read again")
    }
}
