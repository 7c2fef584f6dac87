import HTTP2
import NIOCore

extension ServerCall {
    private static let headers = HTTP2Headers(
        [":status": "200", "content-type": "application/grpc"], isPermanent: true)
    private static let okTrailers = HTTP2Headers(["grpc-status": "0"], isPermanent: true)

    /// Sends the handler's result.
    func answer(_ outcome: Result<[UInt8], any Error>) {
        guard !state.isAnswered else { return }
        switch outcome {
        case .success(let message):
            sendHeaders()
            pullOutbound()
            if !message.isEmpty {
                queuedByteCount += message.count
                send(message)
            }
            state.succeeded()
            end(trailers: Self.okTrailers)
            observe(.ok)
        case .failure(let error):
            let error = RPCError.answering(error)
            pullOutbound()
            switch state.failed() {
            case .trailers: end(trailers: HTTP2Headers(error.trailers))
            case .trailersOnly: respond(HTTP2Headers(Self.trailersOnly + error.trailers), isEnd: true)
            }
            observe(error.code)
        }
    }

    /// Answers a request that is not gRPC in HTTP's own terms.
    func refuse(_ refusal: HTTPRefusal) {
        _ = state.failed()
        respond(HTTP2Headers(refusal.headers), isEnd: true)
        observe(.unknown)
    }

    func observe(_ code: RPCStatusCode) {
        guard !server.service.observers.isEmpty else { return }
        server.service.observe(
            RPCCallRecord(
                path: method?.path ?? "unknown", code: code,
                duration: .nanoseconds((NIODeadline.now() - startedAt).nanoseconds),
                requestByteCount: receivedByteCount, responseByteCount: queuedByteCount))
    }

    /// Sends the headers of an answer, once.
    func sendHeaders() {
        guard state.sendsHeaders() else { return }
        respond(Self.headers)
    }

    private static let trailersOnly = [
        (name: ":status", value: Array("200".utf8)), (name: "content-type", value: Array("application/grpc".utf8)),
    ]
}
