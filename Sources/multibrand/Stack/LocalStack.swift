import CosmoSandbox
import Cryptography
import Foundation
import Logging
import Metrics
import MultibrandServer
import PostgreSQLCluster
import PrometheusText
import ServiceLifecycle
import UnixSignals

/// A whole stack on this machine: a private PostgreSQL, the Cosmo sandbox and the service, on free loopback ports.
///
/// What `dev` leaves running and `demo` plays on. Everything lives under one directory, and everything started is
/// stopped.
struct LocalStack: Sendable {
    /// What the stack listens on and lets in.
    struct Running: Sendable {
        let rpc: String
        let http: String
        /// Base URL of the wallet's REST door.
        let wallet: String
        let sandbox: String
        let operatorKey: String
        let databaseURL: String
        let cosmo: CosmoSandbox
    }

    /// Where the private cluster of `dev` and `demo` lives; both share it, each with a database of its own.
    static let clusterDirectory = ".multibrand/postgres"

    /// The service is its only client, beside a person who looks.
    private static let sandboxConnectionsMax = 128

    let name: String
    /// Whether an earlier run's database and sandbox are used again.
    let keepsState: Bool
    /// Settings by key, over those the stack makes.
    var overrides: [String: String] = [:]
    private var directory: String { ".multibrand/\(name)" }

    /// Starts everything, runs the body, and stops everything again whatever came of it, Ctrl-C, SIGTERM and a closed
    /// terminal included.
    ///
    /// **Errors** ``Interrupted`` after a signal.
    func run(_ body: @escaping @Sendable (Running) async throws -> Void) async throws {
        // From here on a signal waits until there is something to stop.
        // A terminal that is closed stops it as Ctrl-C does: PostgreSQL must not stay behind.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        PassedOverSignals.ignore()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        say("starting a private PostgreSQL under \(Self.clusterDirectory)")
        let cluster = try await PostgresCluster.start(
            directory: Self.clusterDirectory, options: PostgresClusterOptions())
        do {
            let databaseURL = try await database(in: cluster)
            try await run(body, databaseURL: databaseURL, signals: signals)
        } catch {
            await cluster.stop()
            throw error
        }
        say("stopping PostgreSQL")
        await cluster.stop()
    }

    private func database(in cluster: PostgresCluster) async throws -> String {
        let database = "multibrand_\(name)"
        if !keepsState {
            try await cluster.dropDatabase(named: database)
            try? FileManager.default.removeItem(atPath: "\(directory)/sandbox")
        }
        return try await cluster.createDatabase(named: database)
    }

    private func run(
        _ body: @escaping @Sendable (Running) async throws -> Void, databaseURL: String,
        signals: UnixSignalsSequence
    ) async throws {
        let secret = Hexadecimal.encode(randomBytes(count: 16))
        let operatorKey = "mbk_" + Hexadecimal.encode(randomBytes(count: 32))
        try await withSandbox { sandbox, sandboxURL in
            let overrides = settings(
                databaseURL: databaseURL, sandboxURL: sandboxURL, secret: secret,
                operatorKey: operatorKey)
            try await withService(overrides, sandbox) { addresses in
                for (kind, path) in [
                    (SandboxWebhookKind.programConnection, "program-connection"), (.transaction, "transaction"),
                ] {
                    sandbox.setWebhook(
                        kind, SandboxWebhookEndpoint(url: "\(addresses.http)/webhooks/cosmo/\(path)", secret: secret))
                }
                let running = Running(
                    rpc: addresses.rpc, http: addresses.http, wallet: addresses.wallet ?? "", sandbox: sandboxURL,
                    operatorKey: operatorKey,
                    databaseURL: databaseURL, cosmo: sandbox)
                try await untilSignal(signals) { try await body(running) }
            }
        }
    }

    private func withSandbox(_ body: (CosmoSandbox, String) async throws -> Void) async throws {
        var configuration = CosmoSandboxConfiguration(
            directory: "\(directory)/sandbox", clientID: "sandbox-client", clientSecret: "sandbox-secret")
        configuration.switches.connectionPartsField = SandboxAgreement.partsField
        configuration.connectionsMax = Self.sandboxConnectionsMax
        configuration.retrySchedule = [.milliseconds(200), .seconds(1), .seconds(5), .seconds(30)]
        let sandbox = try CosmoSandbox(configuration: configuration, logger: Logger(label: "sandbox"))
        let running = ServiceGroup(services: [sandbox], logger: Logger(label: "sandbox"))
        try await Self.run(running.run, stop: running.triggerGracefulShutdown) {
            let url = try await sandbox.baseURL
            say("the Cosmo sandbox listens on \(url)")
            try await body(sandbox, url)
            say("stopping the service and the sandbox")
        }
    }

    private func withService(
        _ overrides: [String: String], _ sandbox: CosmoSandbox,
        _ body: (MultibrandService.Addresses) async throws -> Void
    ) async throws {
        let reader = try await SettingsReader(file: nil, environment: [:], overrides: overrides)
        var configuration = try await ServiceConfiguration(reader)
        try SandboxAgreement.check(configuration, sandbox.configuration, sandbox.switches)
        let metrics = ServiceMetrics.registry()
        MetricsSystem.bootstrap(metrics)
        // The sandbox's connections, its webhooks, and what plays on the stack from within.
        configuration.descriptorsTakenElsewhere = Self.sandboxConnectionsMax + 64
        let service = MultibrandService(
            configuration: configuration, metrics: metrics, logger: Logger(label: "multibrand"))
        try await Self.run({ try await service.run() }, stop: service.shutdown) {
            let addresses = try await service.addresses
            say("the service listens on \(addresses.rpc) (gRPC) and \(addresses.http)")
            try await body(addresses)
        }
    }

    /// Runs a part beside a body, and stops it in good order when the body ends, whatever came of it.
    private static func run(
        _ part: @escaping @Sendable () async throws -> Void, stop: () async -> Void, _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await part() }
            do {
                try await body()
            } catch {
                await stop()
                try? await group.waitForAll()
                throw error
            }
            await stop()
            try await group.waitForAll()
        }
    }

    /// Runs the body until it ends or a signal asks the process to.
    ///
    /// **Errors** ``Interrupted`` when the signal came first; the body was cancelled then.
    private func untilSignal(
        _ signals: UnixSignalsSequence, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in signals { throw Interrupted() }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func settings(
        databaseURL: String, sandboxURL: String, secret: String, operatorKey: String
    ) -> [String: String] {
        [
            Settings.Database.url.key: databaseURL,
            Settings.Database.migrateAtStart.key: "on", Settings.RPC.port.key: "0", Settings.HTTP.port.key: "0",
            Settings.Webhook.secrets.key: "local:\(secret)",
            Settings.Webhook.partsField.key: SandboxAgreement.partsField,
            Settings.Cosmo.authBaseURL.key: sandboxURL, Settings.Cosmo.apiBaseURL.key: sandboxURL,
            Settings.Cosmo.widgetAuthBaseURL.key: sandboxURL,
            Settings.Cosmo.multibrandWidgetURL.key: "\(sandboxURL)/widget/multibrand?token={token}",
            Settings.Cosmo.clientID.key: "sandbox-client", Settings.Cosmo.clientSecret.key: "sandbox-secret",
            Settings.Wallet.enabled.key: "on", Settings.Wallet.port.key: "0",
            Settings.Wallet.tokenSecrets.key: Hexadecimal.encode(randomBytes(count: 32)),
            Settings.Wallet.webhookReach.key: "sandbox",
            Settings.Issuance.planDelay.key: "500ms", Settings.Issuance.recoveryGap.key: "0s",
            Settings.Service.operatorKey.key: operatorKey,
            Settings.WalletPayouts.environment.key: "SANDBOX",
        ].merging(overrides) { _, override in override }
    }
}

/// Reports progress to the user on standard error.
func say(_ text: String) {
    FileHandle.standardError.write(Data("  \(text)\n".utf8))
}
