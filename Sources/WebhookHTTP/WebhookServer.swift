package import Cosmo
import HTTPDoor
package import Inbox
package import Logging
package import NIOCore

/// The webhook door: HTTP/1.1, with or without TLS.
///
/// | address | method | answers |
/// |---|---|---|
/// | `/webhooks/cosmo/program-connection`, `/webhooks/cosmo/transaction` | POST | 200 after the commit, 400, 401, 408,
/// 413, 415, 503 |
/// | `/oauth/token` | POST | as RFC 6749 section 5; 404 when no endpoint uses OAuth mode |
/// | `/healthz`, `/readyz`, `/metrics` | GET, HEAD | what composition says |
///
/// Any other method is 405, any other address 404, a target over 1,024 bytes 414. docs/transport.md says what becomes
/// of each other form of request.
package struct WebhookServer: Sendable {
    private let door: HTTPDoor<WebhookResponder>

    /// Makes the door; `inbox.run()` must run beside it.
    ///
    /// - Parameters:
    ///   - authentication: What vouches for a delivery to either address.
    ///   - tokens: What `/oauth/token` answers; nil when there is no such address.
    ///   - nowSeconds: The clock that the age of a delivery is measured by, in Unix seconds.
    package init(
        configuration: WebhookServerConfiguration, inbox: Inbox, authentication: WebhookAuthentication,
        tokens: WebhookTokenEndpoint?, pages: OperationalPages = OperationalPages(),
        eventLoopGroup: (any EventLoopGroup)? = nil, nowSeconds: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        let responder = WebhookResponder(
            inbox: inbox, authentication: authentication, tokens: tokens, nowSeconds: nowSeconds, pages: pages,
            bodyBytesMax: configuration.bodyBytesMax, senderTimeout: configuration.senderTimeout, logger: logger)
        responder.beginCounts()
        door = HTTPDoor(
            configuration: configuration.listening, responder: responder, eventLoopGroup: eventLoopGroup, logger: logger
        )
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, which lets requests under way end.
    ///
    /// - Parameter onListening: called with the port once connections are accepted.
    /// **Errors**: when the address cannot be listened on.
    package func run(onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
        try await door.run(onListening: onListening)
    }
}
