import Admission
import HTTPDoor
import Logging
import PostgreSQL
import Wallet
import WalletHTTP

/// The wallet's door and the sender of its webhooks; what they lead to, the room, needs no worker.
struct WalletParts: Sendable {
    /// What the wallet's use cases work with, at either door.
    let context: WalletContext
    private let server: WalletServer?
    private let sender: WalletDeliverySender?
    private let logger: Logger

    init(
        _ configuration: ServiceConfiguration.Wallet, pool: PostgresPool, gate: DoorGate,
        now: @escaping @Sendable () -> PostgresTimestamp, logger: Logger
    ) {
        context = WalletContext(pool: pool, settings: configuration.settings)
        self.logger = logger
        guard configuration.isEnabled else {
            server = nil
            sender = nil
            return
        }
        var door = configuration.door
        door.listening.gate = gate
        server = WalletServer(configuration: door, context: context, now: now, logger: logger)
        let deliveries = configuration.deliveries
        let attempt = WebhookAttempt(
            reach: configuration.settings.webhookReach, timeout: deliveries.attemptTimeout)
        sender = WalletDeliverySender(
            context: context, configuration: deliveries, carry: attempt.send, now: now, logger: logger)
    }

    /// The sender, before the doors.
    var workers: [Worker] {
        guard let sender else { return [] }
        return [
            Worker("wallet webhooks", stop: .asked { sender.stop() }, logger: logger) { await sender.run() }
        ]
    }

    /// The door; nothing when the wallet is not enabled.
    func doors(onListening: @escaping @Sendable (_ port: Int) -> Void) -> [Worker] {
        guard let server else { return [] }
        return [
            // Hummingbird notices by itself that the service shuts down.
            Worker("wallet door", stop: .asked {}, logger: logger) { try await server.run(onListening: onListening) }
        ]
    }
}
