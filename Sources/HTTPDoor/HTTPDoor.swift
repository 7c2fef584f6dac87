import Admission
package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import OrderlyStop

/// A listener for HTTP/1.1, with or without TLS, that hands each request to a responder.
///
/// **Guarantees** Heads, bodies, answers, silences and the number of connections are bounded; it is asked to stop, not
/// cut off. docs/transport.md says what becomes of each form of request.
package struct HTTPDoor<Responder: HTTPResponder>: Sendable where Responder.Context == HTTPDoorContext {
    private let configuration: HTTPDoorConfiguration
    private let responder: Responder
    private let refuse: @Sendable (HTTPFault) -> HTTPFaultAnswer
    private let eventLoopGroup: (any EventLoopGroup)?
    private let logger: Logger

    /// Makes a door.
    ///
    /// - Parameter refuse: words the answer to what is no request at all; the connection is closed after it.
    package init(
        configuration: HTTPDoorConfiguration, responder: Responder, eventLoopGroup: (any EventLoopGroup)? = nil,
        logger: Logger, refuse: @escaping @Sendable (HTTPFault) -> HTTPFaultAnswer = { HTTPFaultAnswer($0) }
    ) {
        self.configuration = configuration
        self.responder = responder
        self.refuse = refuse
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, which lets requests under way end.
    ///
    /// - Parameter onListening: called with the port once connections are accepted.
    /// **Errors** when the address cannot be listened on.
    package func run(onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
        let connection = DoorChannel(
            responder: responder, limits: configuration.limits, budget: configuration.bodies, tls: configuration.tls,
            refuse: { [refuse] in DoorAnswer($0, refuse($0)) }, bodyBytesReadAhead: nil)
        let gate = configuration.gate ?? defaultGate
        let application = Application(
            responder: responder, server: HTTPServerBuilder { _ in connection },
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
