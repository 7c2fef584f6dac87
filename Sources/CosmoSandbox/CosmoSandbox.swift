import Admission
import HTTPDoor
import Hummingbird
package import Logging
import NIOCore
import OrderlyStop
import OutgoingHTTP
import ServiceLifecycle
import Waiting

/// A Cosmo of one's own: the contract of docs/cosmo.md from the other side, over a real socket.
///
/// **Guarantees**: with a directory, every transaction that was answered is still there after kill -9, and its webhook
/// is delivered at least once. Behaviours that Cosmo's documents leave open are switches, printed at the start.
/// **Concurrency**: `run` is called once and owns everything; the other members may be used from any task.
package final class CosmoSandbox: Service {
    /// What it was made with.
    package let configuration: CosmoSandboxConfiguration
    let core: SandboxCore
    let logger: Logger
    private let port = Promise<Int>()

    /// Makes a sandbox, reading its data file and replaying its journal.
    ///
    /// **Errors**: `SandboxInputError` for a data file or journal that cannot be used.
    package init(configuration: CosmoSandboxConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        core = try SandboxCore(configuration: configuration)
    }

    /// The port it listens on; waits until it does.
    ///
    /// **Errors**: `SandboxInputError` when `run` ended before it listened; `CancellationError`.
    package var boundPort: Int {
        get async throws {
            try await port.value
        }
    }

    /// Its address without a trailing slash, the base URL of the API, of tokens and of widget tokens.
    package var baseURL: String {
        get async throws { "http://\(configuration.host):\(try await boundPort)" }
    }

    /// The inferred behaviours in force, as the table a start prints.
    package var profile: String { core.switches.table() }

    /// Serves and delivers until the task is cancelled or the service group shuts down.
    ///
    /// When it returns, another sandbox may use the same directory.
    package func run() async throws {
        let httpClient = HTTPClient(Self.httpConfiguration)
        let port = port
        let responder = SandboxRoutes(core: core, logger: logger).router().buildResponder()
        let gate = DoorGate(
            door: "sandbox", limit: configuration.connectionsMax, remedy: "close connections that are not used",
            endsSilentRequests: true, logger: logger)
        let application = Application(
            responder: responder, server: .door(responder, bodyBytesMax: configuration.bodyBytesMax),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            services: [WebhookSender(core: core, httpClient: httpClient, logger: logger)],
            onServerRunning: { [gate] channel in
                // Fails only when the door is closed already.
                try? await channel.pipeline.addHandler(gate.makeHandlerMarkingSeats(), position: .first).get()
                if let bound = channel.localAddress?.port { port.fulfil(bound) }
            },
            logger: logger)
        defer {
            port.fail(
                SandboxInputError("the sandbox could not listen on \(configuration.host):\(configuration.port)"))
            core.release()
        }
        logger.info(
            "The Cosmo sandbox starts",
            metadata: ["changed_switches": "\(core.switches.rows().filter(\.isChanged).map(\.name))"])
        do {
            try await application.runStoppingInOrder(within: .seconds(10), logger: logger)
        } catch {
            await httpClient.shutdown()
            throw error
        }
        await httpClient.shutdown()
    }

    private static var httpConfiguration: HTTPClient.Configuration {
        var http = HTTPClient.Configuration()
        // A receiver that is down is noticed at once and probed by the sender's own schedule.
        http.connectTimeout = .seconds(2)
        return http
    }
}
