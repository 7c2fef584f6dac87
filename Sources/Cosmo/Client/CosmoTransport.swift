import OutgoingHTTP

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

    /// Sends one request, once, and reads the whole answer.
    ///
    /// **Errors**: `notSent` when no byte of the request can have left, `unknown` otherwise. A request without a body
    /// has no effect, so for those `notSent` and `unknown` both mean "ask again".
    func exchange(
        _ call: CosmoCall, method: HTTPCall.Method, url: String, bearer: String?, body: Body?
    ) async throws(CosmoError) -> Answer {
        var request = HTTPCall(url: url)
        request.method = method
        request.answerBody = .read(bytesMax: answerBytesMax)
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "multibrand")
        if let bearer { request.headers.add(name: "authorization", value: "Bearer \(bearer)") }
        if let body {
            request.headers.add(name: "content-type", value: body.contentType)
            request.body = body.bytes
        }
        do {
            let answer = try await httpClient.send(request, within: requestTimeout)
            health.note(call, status: answer.status)
            return Answer(
                status: answer.status, retryAfterText: answer.headers.first(name: "retry-after"), body: answer.body)
        } catch {
            let failure = CosmoError(
                call: call, kind: error.mayHaveBeenSent ? .unknown : .notSent, reason: Self.reason(of: error.kind),
                excerpt: error.cause)
            health.note(call, failure)
            throw failure
        }
    }

    private static func reason(of kind: HTTPCall.Failure.Kind) -> CosmoError.Reason {
        switch kind {
        case .invalid, .connectionFailed: .connectionFailed
        case .connectionLost: .connectionLost
        case .timedOut: .timedOut
        case .answerTooLarge: .answerTooLarge
        case .cancelled: .cancelled
        }
    }
}
