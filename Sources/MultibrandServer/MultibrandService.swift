import AllocationPlugins
import Cosmo
import HTTPDoor
package import Logging
import MultibrandRPC
import NIOCore
import PluginRuntime
import PostgreSQL
package import PrometheusText
import RPC
import ServiceLifecycle
import Synchronization
import TLS
import UnixSignals
import WalletHTTP
import WebhookHTTP

/// The whole service: the rooms, their workers and the doors, made from one configuration.
///
/// ``run()`` starts the parts in order (database, rooms, workers, doors) and stops them in reverse, so that a door is
/// closed before what it leads to.
///
/// **Guarantees** Nothing listens before the schema was found to be the one this build knows.
/// **Concurrency** `run()` is called once; it returns after ``shutdown()``, or when its task is cancelled.
package final class MultibrandService: Sendable {
    /// Where the doors listen.
    package struct Addresses: Sendable, Hashable {
        /// `host:port` of the gRPC door.
        package let rpc: String
        /// Base URL of the HTTP door.
        package let http: String
        /// Base URL of the wallet's REST door; nil when the wallet is not enabled.
        package let wallet: String?
    }

    private let configuration: ServiceConfiguration
    private let logger: Logger
    private let metrics: PrometheusMetrics
    private let httpPort = Promised<Int>()
    private let rpcPort = Promised<Int>()
    private let walletPort = Promised<Int>()
    private let group = Mutex<ServiceGroup?>(nil)

    /// - Parameter metrics: What `/metrics` renders; the same object the metrics system was bootstrapped with.
    package init(configuration: ServiceConfiguration, metrics: PrometheusMetrics, logger: Logger) {
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
    }

    /// Where the doors listen; waits until they do.
    package var addresses: Addresses {
        get async throws {
            let rpc = try await rpcPort.value
            let http = try await httpPort.value
            let scheme = configuration.http.tls == nil ? "http" : "https"
            return Addresses(
                rpc: "\(configuration.rpc.host):\(rpc)", http: "\(scheme)://\(configuration.http.host):\(http)",
                wallet: try await walletAddress)
        }
    }

    private var walletAddress: String? {
        get async throws {
            let wallet = configuration.wallet
            guard wallet.isEnabled else { return nil }
            let port = try await walletPort.value
            return "\(wallet.isTLS ? "https" : "http")://\(wallet.door.listening.host):\(port)"
        }
    }

    /// Asks for an orderly stop: doors first, then workers, then the database.
    package func shutdown() async {
        await group.withLock { $0 }?.triggerGracefulShutdown()
    }

    /// Runs until stopped.
    ///
    /// - Parameter stopsOnSignals: Whether SIGTERM and SIGINT stop it in good order.
    /// **Errors** whatever kept a part from starting or made it fail.
    package func run(stopsOnSignals: Bool = false) async throws {
        do {
            try await serve(stoppingOn: stopsOnSignals ? [.sigterm, .sigint] : [])
        } catch {
            httpPort.fail(error)
            rpcPort.fail(error)
            walletPort.fail(error)
            throw error
        }
        httpPort.fail(CancellationError())
        rpcPort.fail(CancellationError())
        walletPort.fail(CancellationError())
    }

    private func serve(stoppingOn signals: [UnixSignal]) async throws {
        try await checkSchema()
        let pool = PostgresPool(configuration: configuration.database, logger: logger)
        let registry = try PluginRegistry(allocationPlugins)
        let parts = try ServiceParts(configuration: configuration, pool: pool, registry: registry, logger: logger)
        do {
            try await parts.checkHouseProgram(configuration.database, logger: logger)
        } catch {
            await parts.close()
            throw error
        }
        metrics.registerGauges { await parts.gauges.collect() }

        let health = HealthService()
        let rpc = RPCServer(
            configuration: configuration.rpc, router: try parts.door.router(health: health), logger: logger)
        let webhooks = try webhookServer(parts)
        let doors =
            parts.wallet.doors { [walletPort] in walletPort.fulfil($0) } + [
                // Hummingbird notices by itself that the service shuts down.
                Worker("http door", stop: .told {}, logger: logger) { [httpPort] in
                    try await webhooks.run { httpPort.fulfil($0) }
                },
                Worker("rpc door", stop: .told { rpc.beginGracefulShutdown() }, logger: logger) {
                    // A spend decided before the plugins are known would park its legs.
                    try await parts.loadCatalogue()
                    try await rpc.run()
                },
                Worker("announcement", logger: logger) { [self] in
                    let port = try await rpcAddress(rpc).port ?? configuration.rpc.port
                    _ = try await httpPort.value
                    _ = try await walletAddress
                    parts.readiness.enter(.running)
                    health.set(.serving)
                    rpcPort.fulfil(port)
                    let addresses = try await addresses
                    logger.notice(
                        "listening",
                        metadata: [
                            "rpc": "\(addresses.rpc)", "http": "\(addresses.http)",
                            "wallet": "\(addresses.wallet ?? "off")",
                        ])
                    try await gracefulShutdown()
                },
                // The last to start, so the first to stop: callers and balancers learn before the doors close.
                Worker(
                    "readiness",
                    stop: .told {
                        parts.readiness.enter(.draining)
                        health.setAllNotServing()
                    }, logger: logger
                ) { try await gracefulShutdown() },
            ]
        var group = ServiceGroupConfiguration(
            services: (parts.workers + doors).map { .init(service: $0) }, gracefulShutdownSignals: signals,
            logger: logger)
        group.maximumGracefulShutdownDuration = configuration.drainTimeout + .seconds(10)
        let running = ServiceGroup(configuration: group)
        self.group.withLock { $0 = running }
        defer { self.group.withLock { $0 = nil } }
        do {
            try await running.run()
        } catch {
            await parts.close()
            throw error
        }
        await parts.close()
    }

    /// Where the gRPC door listens; a part that failed before it did ends the wait.
    private func rpcAddress(_ rpc: RPCServer) async throws -> SocketAddress {
        try await withTaskCancellationHandler {
            try await rpc.listeningAddress
        } onCancel: {
            rpc.beginGracefulShutdown()
        }
    }

    /// **Errors** ``ConfigurationError`` when the schema is not the one this build knows.
    private func checkSchema() async throws {
        let migrator = Migrator(
            configuration: configuration.database, directory: configuration.migrationsDirectory, logger: logger)
        if configuration.migrateAtStart { try await migrator.migrate() }
        let behind = try await migrator.status().filter { $0.state != .applied }
        guard behind.isEmpty else {
            let versions = behind.map { "\($0.version) (\($0.state.rawValue))" }.joined(separator: ", ")
            throw ConfigurationError(
                setting: Settings.Database.url.key,
                problem: "names a database whose schema is not this build's: \(versions); run multibrand migrate")
        }
    }

    private func webhookServer(_ parts: ServiceParts) throws -> WebhookServer {
        var server = WebhookServerConfiguration(
            host: configuration.http.host, port: configuration.http.port, bodyBytesMax: configuration.http.bodyBytesMax,
            senderTimeout: configuration.workers.senderTimeout, drainTimeout: configuration.drainTimeout)
        if let files = configuration.http.tls {
            server.tls = try TLSServerContext(
                certificateChainPath: files.certificate, privateKeyPath: files.key, protocols: ["http/1.1"])
        }
        let metrics = metrics
        let pages = OperationalPages(
            readiness: { await parts.readiness.page() },
            metrics: { .init(status: 200, contentType: PrometheusMetrics.contentType, body: await metrics.render()) })
        return WebhookServer(
            configuration: server, inbox: parts.inbox, endpoints: WebhookVerification(configuration.webhook).endpoints,
            pages: pages, logger: logger)
    }
}
