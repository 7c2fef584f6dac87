import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import TLS

/// What is done for each accepted connection: our own HTTP/1.1, inside TLS or not, and the loop that answers its
/// requests.
struct DoorChannel<Responder: HTTPResponder>: ServerChildChannel
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    typealias Value = NIOAsyncChannel<HTTPRequest, DoorAnswer>

    let responder: Responder
    let limits: HTTPConnectionLimits
    let budget: BodyBudget
    let tls: TLSServerContext?
    let refuse: @Sendable (HTTPFault) -> DoorAnswer
    /// For responders that do not ask for bodies: each is read whole, up to this many bytes, before they are called.
    let bodyBytesReadAhead: Int?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let options = channel.syncOptions
            // One read's worth is held while a request is answered, and the system holds little more for the peer.
            try options?.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16_384))
            try options?.setOption(.maxMessagesPerRead, value: 1)
            try options?.setOption(.socketOption(.so_sndbuf), value: 131_072)
            try options?.setOption(.socketOption(.so_rcvbuf), value: 65_536)
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(try tls.makeHandler()) }
            try pipeline.addHandler(
                HTTPConnectionHandler(limits: limits, budget: budget, isTLS: tls != nil, refuse: refuse))
            return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            try await withTaskCancellationHandler {
                try await value.executeThenClose { requests, answers in
                    for try await request in requests {
                        try await answers.write(await answer(request, value.channel, logger))
                    }
                }
            } onCancel: {
                value.channel.close(mode: .all, promise: nil)
            }
        } catch {
            // The client is gone.
            logger.trace("an HTTP connection ended early", metadata: ["error": "\(error)"])
        }
    }

    private func answer(_ head: HTTPRequest, _ channel: any Channel, _ logger: Logger) async -> DoorAnswer {
        do {
            var body = ByteBuffer()
            if let bodyBytesReadAhead {
                body = ByteBuffer(bytes: try await BodyReading.read(channel, bytesMax: bodyBytesReadAhead))
            }
            let context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            let response = try await responder.respond(
                to: Request(head: head, body: RequestBody(buffer: body)), context: context)
            return try await DoorAnswer(response)
        } catch let refusal as BodyReading.Refusal {
            return DoorAnswer(head: HTTPResponse(status: refusal.status), body: ByteBuffer())
        } catch {
            logger.debug("a request was not answered", metadata: ["error": "\(error)"])
            return DoorAnswer(head: HTTPResponse(status: .internalServerError), body: ByteBuffer())
        }
    }
}

extension BodyReading.Refusal {
    /// The HTTP status of the refusal.
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .tooLarge: .contentTooLarge
        case .tooSlow: .requestTimeout
        case .overloaded: .serviceUnavailable
        case .malformed, .hungUp: .badRequest
        }
    }
}
