import Hummingbird
import HummingbirdCore
public import Inbox
public import Logging
public import NIOCore
import OrderlyStop

/// The webhook door: HTTP/1.1, with or without TLS.
///
/// | address | method | answers |
/// |---|---|---|
/// | `/webhooks/cosmo/program-connection`, `/webhooks/cosmo/transaction` | POST | 200 after the commit, 401, 408, 413, 503 |
/// | `/oauth/token` | POST | as RFC 6749 section 5; 404 when no endpoint uses OAuth mode |
/// | `/healthz`, `/readyz`, `/metrics` | GET, HEAD | what composition says |
///
/// Any other method is 405, any other address 404, a target over 1,024 bytes 414.
public struct WebhookServer: Sendable {
    private let configuration: WebhookServerConfiguration
    private let responder: WebhookResponder
    private let eventLoopGroup: (any EventLoopGroup)?
    private let logger: Logger

    /// Makes the door; `inbox.run()` must run beside it.
    public init(
        configuration: WebhookServerConfiguration, inbox: Inbox, endpoints: WebhookEndpoints,
        pages: OperationalPages = OperationalPages(), eventLoopGroup: (any EventLoopGroup)? = nil, logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        responder = WebhookResponder(
            inbox: inbox, endpoints: endpoints, pages: pages, bodyBytesMax: configuration.bodyBytesMax,
            bodyTimeout: configuration.bodyTimeout, logger: logger)
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, which lets requests under way end.
    ///
    /// - Parameter onListening: told the port once connections are accepted.
    /// **Errors**: when the address cannot be listened on.
    public func run(onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = configuration.headerBytesMax
        decoder.maxHeaderListSize = configuration.headerBytesMax
        decoder.maxHeaderFieldCount = 100
        let http = HTTP1Channel.Configuration(
            idleTimeout: TimeAmount(configuration.idleTimeout), httpDecoderConfiguration: decoder)
        let tls = configuration.tls
        let builder = HTTPServerBuilder { responder in
            let plain = HTTP1Channel(responder: responder, configuration: http)
            guard let tls else { return plain }
            return TLSChannel(base: plain, tls: tls)
        }
        let application = Application(
            responder: responder, server: builder,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1_024,
                availableConnectionsDelegate: .maximum(configuration.connectionsMax, logger: logger)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: eventLoopGroup.map { .shared($0) } ?? .singleton, logger: logger)
        try await application.runStoppingInOrder(within: configuration.drainTimeout, logger: logger)
    }
}
