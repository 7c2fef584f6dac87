import CosmoSandbox
import Foundation
import Logging
import MultibrandServer
import PostgreSQL
import PostgreSQLCluster
import TestSupport
import Testing

/// A database of its own, a Cosmo in this process and the service in another.
struct Stack: Sendable {
    static let operatorKey = "mbk_" + String(repeating: "7e57", count: 16)
    static let webhookSecret = "end-to-end-webhook-secret"
    static let clientSecret = "end-to-end-client-secret"

    let service: ServiceProcess
    let sandbox: CosmoSandbox
    let pool: PostgresPool
    let databaseURL: String
    let directory: String

    /// Starts everything, lends it to the body, and stops everything in good order.
    ///
    /// Checks, whatever the test is about, that the service ends with code 0 when it is asked to.
    static func with(
        _ settings: [String: String] = [:], switches: SandboxSwitches = SandboxSwitches(), openFilesMax: Int? = nil,
        _ body: @Sendable (Stack) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase { pool, databaseURL in
            try await on(databaseURL, pool, settings, switches: switches, openFilesMax: openFilesMax, body)
        }
    }

    /// The same on a database that is there already, with a pool of the test's own.
    static func on(
        _ databaseURL: String, _ pool: PostgresPool, _ settings: [String: String] = [:],
        switches: SandboxSwitches = SandboxSwitches(), openFilesMax: Int? = nil,
        _ body: @Sendable (Stack) async throws -> Void
    ) async throws {
        let directory = try ProjectFiles.makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let sandbox = try makeSandbox(directory: directory, switches: switches)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sandbox.run() }
            let sandboxURL = try await sandbox.baseURL
            let service = try ServiceProcess(
                directory: directory,
                settings: base(databaseURL: databaseURL, sandboxURL: sandboxURL).merging(settings) { _, new in new },
                openFilesMax: openFilesMax)
            let stack = Stack(
                service: service, sandbox: sandbox, pool: pool, databaseURL: databaseURL, directory: directory)
            stack.receiveWebhooks()
            do {
                try await service.start()
                try await stack.waitForCatalogue()
                try await body(stack)
                if try service.exit() == nil { service.askToStop() }
                let exit = try await service.ended()
                #expect(exit == .code(0), "the service did not stop in good order: \(service.log.suffix(1_500))")
            } catch {
                print("the end of the service's log:\n\(service.log.suffix(3_000))")
                try? await service.kill()
                throw error
            }
            group.cancelAll()
        }
    }

    /// Waits until the service has read the catalogue, after which it adds no program by itself.
    private func waitForCatalogue() async throws {
        try await eventually("the catalogue is read", within: .seconds(30)) {
            try await !pool.query("select 1 from programs where listed limit 1").isEmpty
        }
    }

    /// Names the service's doors as the receivers of the sandbox's webhooks.
    private func receiveWebhooks() {
        for (kind, path) in [
            (SandboxWebhookKind.programConnection, "program-connection"), (.transaction, "transaction"),
        ] {
            let endpoint = SandboxWebhookEndpoint(
                url: "\(service.http)/webhooks/cosmo/\(path)", secret: Self.webhookSecret)
            sandbox.setWebhook(kind, endpoint)
        }
    }

    private static func makeSandbox(directory: String, switches: SandboxSwitches) throws -> CosmoSandbox {
        var configuration = CosmoSandboxConfiguration(
            directory: directory + "/sandbox", clientID: "end-to-end", clientSecret: clientSecret)
        configuration.switches = switches
        configuration.isDurable = false
        configuration.retrySchedule = [.milliseconds(100), .milliseconds(300), .seconds(1)]
        configuration.retriesForever = true
        return try CosmoSandbox(configuration: configuration, logger: quietLogger)
    }

    static let quietLogger = Logger(label: "end-to-end") { _ in SwiftLogNoOpLogHandler() }

    /// Quick turns, so that a test sees the end of what takes minutes in production.
    static func base(databaseURL: String, sandboxURL: String) -> [String: String] {
        [
            Settings.Database.url.key: databaseURL,
            Settings.Webhook.secrets.key: "cosmo:\(webhookSecret)",
            Settings.Cosmo.authBaseURL.key: sandboxURL,
            Settings.Cosmo.apiBaseURL.key: sandboxURL,
            Settings.Cosmo.widgetAuthBaseURL.key: sandboxURL,
            Settings.Cosmo.clientID.key: "end-to-end",
            Settings.Cosmo.clientSecret.key: clientSecret,
            // The daily comparison would write a row at a time of its own.
            Settings.Issuance.reconcile.key: "off",
            Settings.Service.operatorKey.key: operatorKey,
            Settings.Service.logLevel.key: "info",
        ]
    }
}
