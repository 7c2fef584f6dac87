import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One HTTP exchange with Cosmo: bytes out, status and bytes in, and every failure classified by what it left behind.
struct CosmoTransport: Sendable {
    let httpClient: HTTPClient
    let requestTimeout: Duration
    let answerBytesMax: Int
    let health: CosmoHealth

    struct Answer: Sendable {
        let status: Int
        let retryAfterText: String?
        let body: [UInt8]

        var isSuccess: Bool { (200..<300).contains(status) }
    }

    struct Body: Sendable {
        let contentType: String
        let bytes: [UInt8]
    }

    /// Sends one request and reads the whole answer.
    ///
    /// **Errors**: `notSent` when no byte of the request's body can have left, `unknown` otherwise. A request without a
    /// body has no effect, so for those `notSent` and `unknown` both mean "ask again".
    func exchange(
        _ call: CosmoCall, method: HTTPMethod, url: String, bearer: String?, body: Body?
    ) async throws(CosmoError) -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "multibrand")
        if let bearer { request.headers.add(name: "authorization", value: "Bearer \(bearer)") }
        let onDemand = body.map { RequestBodyOnDemand($0.bytes) }
        if let body, let onDemand {
            request.headers.add(name: "content-type", value: body.contentType)
            request.body = .stream(onDemand, length: .known(Int64(body.bytes.count)))
        }
        do {
            let deadline = NIODeadline.now() + TimeAmount(requestTimeout)
            let response = try await httpClient.execute(request, deadline: deadline)
            let status = Int(response.status.code)
            let retryAfter = response.headers.first(name: "retry-after")
            let content = try await response.body.collect(upTo: answerBytesMax)
            health.note(call, status: status)
            return Answer(status: status, retryAfterText: retryAfter, body: Array(content.readableBytesView))
        } catch {
            let failure = Self.classify(error, call: call, mayHaveLeft: onDemand?.mayHaveLeft)
            health.note(call, failure)
            throw failure
        }
    }

    /// Says what a transport error left behind; the error's own text is dropped because it may hold the URL.
    ///
    /// `mayHaveLeft` is nil for a request without a body, where only the reason distinguishes a missing connection from a lost one.
    static func classify(_ error: any Error, call: CosmoCall, mayHaveLeft: Bool?) -> CosmoError {
        let reason = reason(of: error, mayHaveLeft: mayHaveLeft ?? false)
        let left = mayHaveLeft ?? (reason != .connectionFailed)
        return CosmoError(
            call: call, kind: left ? .unknown : .notSent, reason: reason, excerpt: String(describing: type(of: error)))
    }

    private static func reason(of error: any Error, mayHaveLeft: Bool) -> CosmoError.Reason {
        switch error {
        case is CancellationError: return .cancelled
        case is NIOTooManyBytesError: return .answerTooLarge
        case let error as HTTPClientError:
            switch error {
            case .cancelled: return .cancelled
            case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout: return .connectionFailed
            case .remoteConnectionClosed: return .connectionLost
            case .deadlineExceeded, .readTimeout, .writeTimeout: return .timedOut
            default: return mayHaveLeft ? .connectionLost : .connectionFailed
            }
        default: return mayHaveLeft ? .connectionLost : .connectionFailed
        }
    }
}
