package import Logging
import Synchronization

/// The outages of one thing, logged once a cause at warning when they begin, and once at notice when they end.
///
/// **Guarantees** However often something fails meanwhile, there is one line for each cause, and at most
/// ``Outage/causesMax`` lines an outage. A failure that began before a success of another task is not news: the outage
/// it is about is over. What its source has logged already (``ReportedError``) is logged at debug.
/// **Concurrency** Safe from any task; tasks that do the same thing share one.
package final class OutageLog: Sendable {
    private struct State {
        var outage = Outage()
        /// Whether one of them was logged at warning, so that the end is news.
        var hasWarned = false
        var successes: UInt64 = 0
    }

    private let state = Mutex(State())
    private let begin: Logger.Message
    private let end: Logger.Message
    private let logger: Logger

    /// Makes a log without an outage.
    ///
    /// - Parameters:
    ///   - begin: What is logged when something fails, beside the error.
    ///   - end: What is logged when it succeeds again.
    package init(begin: Logger.Message, end: Logger.Message, logger: Logger) {
        self.begin = begin
        self.end = end
        self.logger = logger
    }

    /// How many attempts have succeeded; read before an attempt.
    package var successes: UInt64 { state.withLock { $0.successes } }

    /// Notes the failure of an attempt that began after so many successes.
    package func failed(_ error: any Error, after successes: UInt64) {
        let cause = "\(error)"
        let isReported = (error as? any ReportedError)?.isReported ?? false
        let isNews = state.withLock { state in
            guard state.successes == successes, state.outage.failed(cause: cause) else { return false }
            if !isReported { state.hasWarned = true }
            return true
        }
        guard isNews else { return }
        logger.log(level: isReported ? .debug : .warning, begin, metadata: ["error": "\(cause)"])
    }

    /// Notes a success.
    package func succeeded() {
        let isNews = state.withLock { state in
            state.successes &+= 1
            defer { state.hasWarned = false }
            return state.outage.succeeded() && state.hasWarned
        }
        if isNews { logger.notice(end) }
    }
}
