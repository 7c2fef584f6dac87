import HTTP2
import NIOCore

/// One call as the client sees it.
final class ClientCall: MessageStream, @unchecked Sendable {
    // SAFETY: @unchecked as its superclass: confined to the connection's event loop.

    private enum State {
        /// The answer's headers, or the trailers of an answer without messages, come in.
        case receivingHeaders
        /// Messages and then trailers come in.
        case receivingMessages
        /// The outcome is known.
        case ended
    }

    private var state = State.receivingHeaders
    private var httpStatus: [UInt8] = []
    private var contentType = ContentType.foreign
    private var grpcStatus: [UInt8]?
    private var grpcMessage: [UInt8] = []
    private var metadata = Metadata()
    private var timer: Scheduled<Void>?

    // MARK: The request

    /// Opens the stream; on failure the queues report the error to the tasks.
    func open(_ headers: [(name: String, value: [UInt8])], timeout: Duration?) {
        guard request(HTTP2Headers(headers)) else {
            return end(throwing: RPCError(.unavailable, "the connection takes no more calls; try again"))
        }
        guard let timeout else { return }
        timer = connection.eventLoop.scheduleTask(in: TimeAmount(min(timeout, RPCTimeout.timerMax))) {
            self.abandon(RPCError(.deadlineExceeded, "the deadline passed; whether the call took effect is not known"))
        }
    }

    override func outboundFinished() {
        end()
    }

    /// Gives up the call: resets the stream, and fails the tasks with the reason.
    func abandon(_ error: any Error) {
        // Also when the answer is complete and our half of the stream is not.
        if !isClosed { reset(.cancel) }
        end(throwing: error)
    }

    // MARK: The answer

    override func receivedHeader(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        if headerEquals(name, ":status") {
            httpStatus = Array(value)
        } else if headerEquals(name, "content-type") {
            contentType = ContentType(value)
        } else if headerEquals(name, "grpc-status") {
            grpcStatus = Array(value)
        } else if headerEquals(name, "grpc-message") {
            grpcMessage = Array(value)
        } else {
            metadata.append(name: name, value: value)
        }
    }

    override func receivedHeaders() {
        // Headers of 1xx are not the answer yet.
        guard case .receivingHeaders = state, httpStatus.first != UInt8(ascii: "1") else { return }
        if grpcStatus == nil, let error = foreignAnswer { return abandon(error) }
        state = .receivingMessages
    }

    override func receivedData(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard case .receivingMessages = state, let inbound else { return releaseWindow(byteCount: bytes.count) }
        do throws(RPCError) {
            try deframe(bytes) { inbound.put($0) }
        } catch {
            return abandon(error)
        }
        releaseWindow(byteCount: inbound.bytesToRelease(received: bytes.count))
    }

    override func receivedEnd() {
        guard state != .ended else { return }
        guard let grpcStatus else {
            return end(throwing: RPCError(.internal, "the answer ended without a status"))
        }
        if let error = RPCError(statusValue: grpcStatus, message: grpcMessage, trailers: metadata) {
            end(throwingAfterQueue: error)
        } else if deframer.isInsideMessage {
            end(throwing: RPCError(.internal, "the answer ended inside a message"))
        } else {
            end(throwing: nil)
        }
    }

    override func closed(_ code: HTTP2ErrorCode?) {
        end(throwing: RPCError.reset(code))
    }

    private func end(throwing error: (any Error)?) {
        guard state != .ended else { return }
        if let error {
            ended(telling: error)
            closeQueues(error)
        } else {
            inbound?.finish()
            ended(telling: nil)
            closeQueues(RPCError(.failedPrecondition, "the call has ended; nothing can be sent any more"))
        }
    }

    /// Messages that came before an error's status are still delivered.
    private func end(throwingAfterQueue error: RPCError) {
        inbound?.finish(throwingAfterQueue: error)
        ended(telling: error)
        closeQueues(error)
    }

    private func ended(telling error: (any Error)?) {
        state = .ended
        timer?.cancel()
        timer = nil
    }

    /// What an answer that does not come from a gRPC server means (gRPC's http-grpc-status-mapping).
    private var foreignAnswer: RPCError? {
        let status = String(decoding: httpStatus, as: UTF8.self)
        guard status != "200" else {
            guard case .foreign = contentType else { return nil }
            return RPCError(.unknown, "the answer is not gRPC; is the address that of a gRPC server?")
        }
        let code: RPCStatusCode =
            switch status {
            case "400": .internal
            case "401": .unauthenticated
            case "403": .permissionDenied
            case "404": .unimplemented
            case "429", "502", "503", "504": .unavailable
            default: .unknown
            }
        return RPCError(code, "the server answered with HTTP status \(status)")
    }
}
