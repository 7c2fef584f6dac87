import HTTPDoor
package import Logging
package import NIOCore
package import PostgreSQL
package import Wallet

/// The wallet's REST door: everything under `/v1` of docs/openapi.yaml, and the document itself at `/openapi.yaml`.
///
/// **Guarantees** SANDBOX or LIVE follows from the credential alone. Writes under an `Idempotency-Key` run once (I-5).
/// **Concurrency** `run` is called once.
package struct WalletServer: Sendable {
    private let door: HTTPDoor<WalletResponder>

    /// Makes the door.
    ///
    /// - Parameter now: the time that tokens, offers and ledger rows are measured by.
    package init(
        configuration: WalletServerConfiguration, context: WalletContext, eventLoopGroup: (any EventLoopGroup)? = nil,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        let responder = WalletResponder(
            calls: WalletCalls(context), configuration: configuration,
            limiter: configuration.rateLimit.map(RateLimiter.init), now: now, logger: logger)
        door = HTTPDoor(
            configuration: configuration.listening, responder: responder, eventLoopGroup: eventLoopGroup,
            logger: logger, refuse: WalletResponder.refuse)
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, which lets requests under way end.
    ///
    /// - Parameter onListening: called with the port once connections are accepted.
    /// **Errors** when the address cannot be listened on.
    package func run(onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
        try await door.run(onListening: onListening)
    }
}
