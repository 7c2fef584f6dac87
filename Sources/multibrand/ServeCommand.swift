import ArgumentParser
import Foundation
import Logging
import Metrics
import MultibrandServer
import PrometheusText
import ServiceLifecycle

/// `multibrand serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service until SIGTERM or Ctrl-C, which start a graceful shutdown.",
        discussion: """
            Settings come from --config and the environment; docs/configuration.md lists them. A second Ctrl-C ends \
            it at \
            once. SIGHUP, SIGUSR1 and SIGUSR2 are logged and change nothing.

            EXAMPLES
              multibrand serve --config multibrand.json
              MULTIBRAND_DATABASE_URL=postgresql://db/multibrand multibrand serve
            """)

    @OptionGroup var service: ServiceOptions
    @Option(help: "Write where the doors listen to this file, as JSON, once they do.") var addresses: String?

    func run() async throws {
        let passedOver = await PassedOverSignals()
        let configuration = try await service.load()
        bootstrapLogging(level: configuration.log.level, isJSON: configuration.log.isJSON)
        raiseDescriptorLimit()
        let metrics = ServiceMetrics.registry()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "multibrand")
        let service = MultibrandService(configuration: configuration, metrics: metrics, logger: logger)
        let database = try await self.service.database()
        try await database.reaching { try await passedOver.whileReported(to: logger) { try await serve(service) } }
    }

    private func serve(_ service: MultibrandService) async throws {
        let file = addresses
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run(stopsOnSignals: true) }
            if let file {
                group.addTask {
                    let addresses = try await service.addresses
                    try AddressesFile(rpc: addresses.rpc, http: addresses.http).write(to: file)
                }
            }
            try await group.waitForAll()
        }
    }
}
