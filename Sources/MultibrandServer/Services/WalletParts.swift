import Admission
import HTTPDoor
import Logging
import PostgreSQL
import Wallet
import WalletHTTP

/// The wallet's door, the sender of its webhooks, and the worker that ends holds, which both doors need.
struct WalletParts: Sendable {
    /// What the wallet's use cases work with, at either door.
    let context: WalletContext
    private let server: WalletServer?
    private let sender: WalletDeliverySender?
    private let expiry: WalletHoldExpiry
    private let logger: Logger

    init(
        _ configuration: ServiceConfiguration.Wallet, pool: PostgresPool, gate: DoorGate,
        now: @escaping @Sendable () -> PostgresTimestamp, logger: Logger
    ) {
        context = WalletContext(pool: pool, settings: configuration.settings)
        self.logger = logger
        expiry = WalletHoldExpiry(context: context, now: now, logger: logger)
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

    /// The workers, before the doors.
    var workers: [Worker] {
        let expiring = Worker("holds of the wallet", stop: .cancelled, logger: logger) { await expiry.run() }
        guard let sender else { return [expiring] }
        return [
            expiring,
            Worker("wallet webhooks", stop: .asked { sender.stop() }, logger: logger) { await sender.run() },
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
