import Admission
import ArgumentParser
import CosmoSandbox
import Foundation
import Logging
import MultibrandServer
import ServiceLifecycle
import UnixSignals

/// `multibrand sandbox`
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run a local simulation of Cosmo's side of the contract.",
        discussion: """
            Cosmo's documents leave some behaviour open. A switch sets each such behaviour, and the sandbox prints \
            them at start. With --state its books survive a restart. docs/cosmo.md describes its control API under \
            /sandbox.

            EXAMPLES
              multibrand sandbox --port 8090 --state .multibrand/sandbox
              multibrand sandbox --data programs.json --transaction-webhook \
            http://127.0.0.1:8080/webhooks/cosmo/transaction \\
                --connection-webhook http://127.0.0.1:8080/webhooks/cosmo/program-connection --webhook-secret \
            local-webhook-secret \\
                --parts-field parts
            """)

    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 takes a free one.") var port = 0
    @Option(help: "Directory its books are kept in; in memory only when left out.") var state: String?
    @Option(help: "JSON file with programs and the error table, read again on POST /sandbox/reload.") var data: String?
    @Option(help: "Client id it accepts.") var clientID = "sandbox-client"
    @Option(help: "Client secret it accepts.") var clientSecret = "sandbox-secret"
    @Option(help: "Where Program Connection webhooks go.") var connectionWebhook: String?
    @Option(help: "Where Transaction webhooks go.") var transactionWebhook: String?
    @Option(help: "Secret that webhooks are signed with.") var webhookSecret: String?
    @Option(help: "Where a Program Connection webhook carries the share, as the service's webhook.partsField says.")
    var partsField: String?
    @Option(help: "Waits between attempts of a webhook, such as 1s,5s,30s.") var retrySchedule: String?
    @Flag(help: "Repeat the last wait without end instead of giving up.") var retryForever = false
    @Option(help: "Write where it listens to this file, as JSON, once it does.") var addresses: String?

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
        _ = try retryWaits()
    }

    func run() async throws {
        bootstrapLogging(level: .warning, isJSON: false)
        PassedOverSignals.ignore()
        raiseDescriptorLimit()
        var configuration = CosmoSandboxConfiguration(
            host: host, port: port, directory: state, clientID: clientID, clientSecret: clientSecret)
        configuration.connectionsMax = Self.connectionsMax
        configuration.dataFilePath = data
        if let data { configuration.data = try SandboxDataFile(path: data) }
        configuration.connectionWebhook = connectionWebhook.map {
            SandboxWebhookEndpoint(url: $0, secret: webhookSecret)
        }
        configuration.transactionWebhook = transactionWebhook.map {
            SandboxWebhookEndpoint(url: $0, secret: webhookSecret)
        }
        configuration.switches.connectionPartsField = partsField ?? ""
        if let waits = try retryWaits() { configuration.retrySchedule = waits }
        configuration.retriesForever = retryForever
        try await ListeningCheck.check([.init(host: host, port: port, setting: "sandbox --port")])
        let sandbox = try CosmoSandbox(configuration: configuration, logger: Logger(label: "sandbox"))
        print(sandbox.profile)
        let file = addresses
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await ServiceGroup(
                    services: [sandbox], gracefulShutdownSignals: [.sigterm, .sigint, .sighup],
                    logger: Logger(label: "sandbox")
                ).run()
            }
            group.addTask {
                let url = try await sandbox.baseURL
                print("Listening on \(url)")
                // Nothing else would push it out of a pipe while the sandbox runs.
                fflush(nil)
                if let file { try AddressesFile(http: url).write(to: file) }
            }
            try await group.waitForAll()
        }
    }

    private func retryWaits() throws -> [Duration]? {
        try retrySchedule?.split(separator: ",").map { text in
            guard let wait = Duration(settingText: String(text)) else {
                throw ValidationError("--retry-schedule must read like 1s,5s,30s")
            }
            return wait
        }
    }
    /// Half of the descriptors: the rest is for webhooks, the journal and the runtime.
    private static var connectionsMax: Int { max(16, min(10_000, DescriptorLimit.current.soft / 2)) }
}
