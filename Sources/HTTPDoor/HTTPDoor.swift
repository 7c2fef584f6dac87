import Admission
public import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
import OrderlyStop

/// A listener for HTTP/1.1, with or without TLS, that hands each request to a responder.
///
/// **Guarantees** Heads, silences and the number of connections are bounded; it is told to stop, not cut off.
public struct HTTPDoor<Responder: HTTPResponder>: Sendable where Responder.Context == HTTPDoorContext {
    private let configuration: HTTPDoorConfiguration
    private let responder: Responder
    private let eventLoopGroup: (any EventLoopGroup)?
    private let logger: Logger

    /// Makes a door.
    public init(
        configuration: HTTPDoorConfiguration, responder: Responder, eventLoopGroup: (any EventLoopGroup)? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.responder = responder
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, which lets requests under way end.
    ///
    /// - Parameter onListening: told the port once connections are accepted.
    /// **Errors** when the address cannot be listened on.
    public func run(onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = configuration.headerBytesMax
        decoder.maxHeaderListSize = configuration.headerBytesMax
        decoder.maxHeaderFieldCount = 100
        let http = HTTP1Channel.Configuration(
            idleTimeout: TimeAmount(configuration.idleTimeout), httpDecoderConfiguration: decoder)
        let tls = configuration.tls
        let gate = configuration.gate ?? defaultGate
        let builder = HTTPServerBuilder { responder in
            let plain = HTTP1Channel(responder: responder, configuration: http)
            guard let tls else { return plain }
            return TLSChannel(base: plain, tls: tls)
        }
        let application = Application(
            responder: responder, server: builder,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1_024),
            onServerRunning: { channel in
                await Self.add(gate, to: channel)
                await onListening(channel.localAddress?.port ?? 0)
            },
            eventLoopGroupProvider: eventLoopGroup.map { .shared($0) } ?? .singleton, logger: logger)
        try await application.runStoppingInOrder(within: configuration.drainTimeout, logger: logger)
    }

    private var defaultGate: DoorGate {
        DoorGate(
            door: "http", limit: configuration.connectionsMax, remedy: "raise connectionsMax",
            endsSilentRequests: true, logger: logger)
    }

    /// The server channel listens already: a connection that was quicker than this is not counted.
    private static func add(_ gate: DoorGate, to channel: any Channel) async {
        // Fails only when the door is closed already.
        try? await channel.pipeline.addHandler(gate.makeHandlerMarkingSeats(), position: .first).get()
    }
}
