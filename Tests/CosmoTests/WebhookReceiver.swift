import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OrderlyStop
import Synchronization

@testable import Cosmo

/// A small webhook receiver on a free port: verifies deliveries as the service does and keeps what it believed.
final class WebhookReceiver: Sendable {
    struct Received: Sendable {
        let path: String
        let headers: WebhookAuthentication.Headers
        let body: [UInt8]
    }

    private struct State {
        var received: [Received] = []
        var rejected: [WebhookRejection.Reason] = []
        var failuresLeft = 0
        var tokenCalls = 0
    }

    private let state = Mutex(State())
    private let authentication: WebhookAuthentication
    private let tokens: WebhookTokenEndpoint?

    init(_ authentication: WebhookAuthentication, tokens: WebhookTokenEndpoint? = nil) {
        self.authentication = authentication
        self.tokens = tokens
    }

    var received: [Received] { state.withLock { $0.received } }
    var rejected: [WebhookRejection.Reason] { state.withLock { $0.rejected } }
    var tokenCalls: Int { state.withLock { $0.tokenCalls } }

    /// Answers the next deliveries with 503 before believing any.
    func failNext(_ count: Int) { state.withLock { $0.failuresLeft = count } }

    /// Serves until cancelled and tells its port.
    func run(port wanted: Int = 0, onPort: @escaping @Sendable (Int) -> Void) async throws {
        let router = Router()
        router.post("hooks/**") { request, _ in try await self.receive(request) }
        router.post("oauth/token") { request, _ in
            let form = String(buffer: try await request.body.collect(upTo: 1 << 16))
            self.state.withLock { $0.tokenCalls += 1 }
            let answer = self.tokens?.answer(
                authorization: request.headers[.authorization], formBody: form, nowSeconds: Self.now)
            return Response(
                status: .init(code: answer?.status ?? 404),
                body: .init(byteBuffer: ByteBuffer(string: answer?.body ?? "")))
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: wanted)),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) },
            logger: SandboxSession.quietLogger())
        try await application.runStoppingInOrder(within: .seconds(10), logger: SandboxSession.quietLogger())
    }

    private func receive(_ request: Request) async throws -> Response {
        let body = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
        let isFailing = state.withLock { state in
            guard state.failuresLeft > 0 else { return false }
            state.failuresLeft -= 1
            return true
        }
        var headers = WebhookAuthentication.Headers(authorization: request.headers[.authorization])
        headers.signature = HTTPField.Name(WebhookSignature.signatureHeader).flatMap { request.headers[$0] }
        headers.timestamp = HTTPField.Name(WebhookSignature.timestampHeader).flatMap { request.headers[$0] }
        let received = Received(path: request.uri.path, headers: headers, body: body)
        do throws(WebhookRejection) {
            _ = try authentication.verify(headers: headers, body: body, nowSeconds: Self.now)
        } catch {
            state.withLock { $0.rejected.append(error.reason) }
            return Response(status: .unauthorized)
        }
        guard !isFailing else { return Response(status: .serviceUnavailable) }
        state.withLock { $0.received.append(received) }
        return Response(status: .ok)
    }

    private static var now: Int64 { UnixSeconds.now() }
}

/// Seconds since the Unix epoch.
enum UnixSeconds {
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }
}
