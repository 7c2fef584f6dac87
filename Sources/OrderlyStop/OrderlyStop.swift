package import Logging
package import ServiceLifecycle

extension Service {
    /// Runs the service until it ends by itself, a graceful shutdown begins, or the calling task is cancelled; a
    /// cancellation is turned into a graceful shutdown.
    ///
    /// For HTTP servers: one that is cancelled drops the connections that it accepted and has not begun to serve, and
    /// SwiftNIO stops the process for each of them (swift-nio issue 2637). A graceful shutdown serves or closes them
    /// first.
    ///
    /// - Parameter patience: how long the services may take to end, from either cause, before they are cancelled.
    /// **Errors** what the service throws.
    package func runStoppingInOrder(within patience: Duration, logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(services: [.init(service: self)], logger: logger)
        configuration.maximumGracefulShutdownDuration = patience
        let group = ServiceGroup(configuration: configuration)
        // A task of its own, since a child would be cancelled with its parent. It is waited for below, whatever
        // happens.
        let running = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }
}
