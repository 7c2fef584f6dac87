import Logging
import ServiceLifecycle

/// A long-lived part of the service under one name: runs until shutdown is asked for, then stops in its turn.
///
/// Parts stop in the reverse of their start order, so that doors close before what they lead to.
struct Worker: Service {
    /// How a part is asked to stop.
    enum Stop: Sendable {
        /// Its task is cancelled: it finishes its transaction and returns.
        case cancelled
        /// It is asked to stop, finishes what is under way and returns.
        case asked(@Sendable () -> Void)
    }

    let name: String
    let stop: Stop
    let logger: Logger
    let body: @Sendable () async throws -> Void

    init(_ name: String, stop: Stop = .cancelled, logger: Logger, _ body: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.stop = stop
        self.logger = logger
        self.body = body
    }

    func run() async throws {
        do {
            switch stop {
            case .cancelled:
                try await cancelWhenGracefulShutdown { try await body() }
            case .asked(let ask):
                try await withGracefulShutdownHandler {
                    try await body()
                } onGracefulShutdown: {
                    ask()
                }
            }
        } catch is CancellationError {
            // The ordinary end of a part that is stopped while it waits.
        } catch {
            logger.critical("a part of the service failed", metadata: ["part": "\(name)", "error": "\(error)"])
            throw error
        }
        logger.debug("stopped", metadata: ["part": "\(name)"])
    }
}
