import Foundation
import Logging
import UnixSignals

/// Signals that would end a process at once, without a drain, and that mean nothing to it: a lost terminal, a habit of
/// log rotation, a reload that does not exist.
///
/// SIGQUIT keeps its meaning: it ends the process at once and leaves a core file where the system writes one.
struct PassedOverSignals {
    private let signals: UnixSignalsSequence

    /// From here on they do not end the process.
    init() async {
        Self.ignoreLostReaders()
        signals = await UnixSignalsSequence(trapping: .sighup, .sigusr1, .sigusr2)
    }

    /// A log that nobody reads any more must not end a process that serves.
    static func ignoreLostReaders() { signal(SIGPIPE, SIG_IGN) }

    /// The same for a process that starts others and must stop them, and has no log to say so in.
    static func ignore() {
        ignoreLostReaders()
        for number in [SIGUSR1, SIGUSR2] { signal(number, SIG_IGN) }
    }

    /// Runs the body, and logs each such signal meanwhile.
    func whileReported(to logger: Logger, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [signals] in
                for await signal in signals {
                    logger.notice(
                        "signal ignored: settings are read only at the start; restart to change them",
                        metadata: ["signal": "\(signal)"])
                }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }
}
