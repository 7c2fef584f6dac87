import Admission
import AllocationPlugins
import Audit
import Cosmo
import Foundation
import HTTPDoor
package import Logging
import MultibrandRPC
import NIOCore
import PluginRuntime
import PostgreSQL
package import PrometheusText
import RPC
import Schema
import ServiceLifecycle
import Synchronization
import UnixSignals
import Waiting
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
    /// The version of this build.
    package static let version = "0.1.0"

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
    private let httpPort = Promise<Int>()
    private let rpcPort = Promise<Int>()
    private let walletPort = Promise<Int>()
    private let shutdownBegan = Promise<Void>()
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
        let now = Int64(Date().timeIntervalSince1970)
        try configuration.requireSecurity(nowSeconds: now)
        for weakness in configuration.securityFindings(nowSeconds: now) {
            logger.warning(
                "a weakness is allowed by \(Settings.Service.insecure.key)",
                metadata: [
                    "weakness": "\(weakness.weakness.rawValue)", "setting": "\(weakness.setting)",
                    "problem": "\(weakness.problem)",
                ])
        }
        try await ListeningCheck.check(doorsToOpen)
        try await PostgresConnection.waitForPrimary(configuration.database, logger: logger)
        try await checkSchema()
        try await warnOfDurability()
        let pool = PostgresPool(configuration: configuration.database, logger: logger)
        let registry = try PluginRegistry(allocationPlugins)
        let connections = try DoorConnections(
            configuration, descriptors: DescriptorLimit.current.soft, logger: logger)
        connections.tell(logger)
        let parts = try ServiceParts(
            configuration: configuration, pool: pool, registry: registry, connections: connections, logger: logger)
        do {
            try await parts.checkOwnProgram(configuration.database, logger: logger)
        } catch {
            await parts.close()
            throw error
        }
        metrics.registerGauges { await parts.gauges.collect() }

        let health = HealthService()
        var rpcConfiguration = configuration.rpc
        rpcConfiguration.gate = connections.rpc
        let rpc = RPCServer(
            configuration: rpcConfiguration, router: try parts.door.router(health: health), logger: logger)
        let webhooks = webhookServer(parts, connections.http)
        let doors =
            parts.wallet.doors { [walletPort] in walletPort.fulfil($0) } + [
                // Hummingbird notices by itself that the service shuts down.
                Worker("http door", stop: .asked {}, logger: logger) { [httpPort] in
                    try await webhooks.run { httpPort.fulfil($0) }
                },
                Worker("rpc door", stop: .asked { rpc.beginGracefulShutdown() }, logger: logger) {
                    // A spend decided before the plugins are known would park its legs.
                    try await parts.loadCatalogue()
                    try await rpc.run()
                },
                Worker("announcement", logger: logger) { [self] in
                    let port = try await rpc.listeningAddress.port ?? configuration.rpc.port
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
                    stop: .asked { [shutdownBegan] in
                        shutdownBegan.fulfil()
                        parts.readiness.enter(.draining)
                        health.setAllNotServing()
                    }, logger: logger
                ) { try await gracefulShutdown() },
            ]
        let interrupts =
            signals.isEmpty
            ? []
            : [Worker("interrupts", logger: logger) { [logger] in await Self.endAtTheSecondInterrupt(logger) }]
        var group = ServiceGroupConfiguration(
            services: (interrupts + parts.workers + doors).map { .init(service: $0) }, gracefulShutdownSignals: signals,
            logger: logger)
        group.maximumGracefulShutdownDuration = configuration.drainTimeout + .seconds(10)
        let running = ServiceGroup(configuration: group)
        self.group.withLock { $0 = running }
        defer { self.group.withLock { $0 = nil } }
        do {
            try await run(running, pool)
        } catch {
            await parts.close()
            throw error
        }
        await parts.close()
    }

    /// A person who presses Ctrl-C twice does not want to wait for the drain. Nothing acknowledged is lost: it is as
    /// `kill -9`. SIGTERM may come from several supervisors at once, so a second one changes nothing.
    private static func endAtTheSecondInterrupt(_ logger: Logger) async {
        var count = 0
        for await _ in await UnixSignalsSequence(trapping: .sigint) {
            count += 1
            guard count > 1 else { continue }
            logger.warning("interrupted twice: exiting at once, without finishing the graceful shutdown")
            _exit(130)
        }
    }

    /// Every address that will be listened on.
    private var doorsToOpen: [ListeningCheck.Door] {
        func door(_ host: String, _ port: Int, _ setting: Setting<Int>) -> ListeningCheck.Door {
            .init(host: host, port: port, setting: "\(setting.key) (\(setting.environmentVariable))")
        }
        var doors = [
            door(configuration.rpc.host, configuration.rpc.port, Settings.RPC.port),
            door(configuration.http.host, configuration.http.port, Settings.HTTP.port),
        ]
        let wallet = configuration.wallet
        if wallet.isEnabled { doors.append(door(wallet.host, wallet.port, Settings.Wallet.port)) }
        return doors
    }

    /// Runs the parts, and takes the database away from them when they drain for longer than they may.
    ///
    /// A server that hangs must not keep the process. What waits for it then ends as it would had the process been
    /// killed: a commit under way has an unknown outcome, and nothing that was acknowledged is touched.
    private func run(_ parts: ServiceGroup, _ pool: PostgresPool) async throws {
        let limit = configuration.drainTimeout + Self.drainMargin
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await parts.run()
                return true
            }
            group.addTask { [shutdownBegan, logger] in
                try await shutdownBegan.value
                // The limit itself; parts that end before it end the group.
                try await Task.sleep(for: limit)
                logger.error(
                    "the graceful shutdown took too long; closing the database connections",
                    metadata: ["limit": "\(limit)"])
                pool.abandon()
                return false
            }
            // The parts still have to end after the pool was taken away from them.
            while try await group.next() == false {}
            group.cancelAll()
        }
    }

    /// What workers have for their last transaction, after the calls under way were cut off.
    private static let drainMargin = Duration.seconds(1)

    /// **Errors** ``ConfigurationError`` when the schema is not the one this build knows.
    private func checkSchema() async throws {
        let migrator = Migrator(
            configuration: configuration.database, source: Schema.migrations, logger: logger)
        if configuration.migrateAtStart { try await migrator.migrate() }
        let behind = try await migrator.status().filter { $0.state != .applied }
        guard behind.isEmpty else {
            let versions = behind.map { "\($0.version) (\($0.state.rawValue))" }.joined(separator: ", ")
            throw ConfigurationError(
                setting: Settings.Database.url.key,
                problem: "names a database whose schema is not this build's: \(versions); run multibrand migrate")
        }
    }

    /// Says at the start what a crash or a failover of this server can lose.
    private func warnOfDurability() async throws {
        let facts = try await PostgresConnection.withDedicated(configuration.database, logger: logger) {
            try await DatabaseFacts.read(on: $0)
        }
        guard let durability = facts.map(Durability.init), durability.grade != .kept else { return }
        logger.log(
            level: durability.grade == .lost ? .error : .warning,
            "the database can lose acknowledged data",
            metadata: ["found": "\(durability.words)", "remedy": "\(durability.remedy)"])
    }

    private func webhookServer(_ parts: ServiceParts, _ gate: DoorGate) -> WebhookServer {
        let http = configuration.http
        var server = WebhookServerConfiguration(
            host: http.host, port: http.port, bodyBytesMax: http.bodyBytesMax, limits: http.limits,
            senderTimeout: configuration.workers.senderTimeout, connectionsMax: http.connectionsMax,
            drainTimeout: configuration.drainTimeout, tls: http.tls, bodies: http.bodies)
        server.gate = gate
        let metrics = metrics
        let pages = OperationalPages(
            readiness: { await parts.readiness.page() },
            metrics: { .init(status: 200, contentType: PrometheusMetrics.contentType, body: await metrics.render()) })
        return WebhookServer(
            configuration: server, inbox: parts.inbox, authentication: configuration.webhook,
            tokens: configuration.webhook.tokens, pages: pages,
            nowSeconds: { PostgresTimestamp.now.microsecondsSinceEpoch / 1_000_000 }, logger: logger)
    }
}
