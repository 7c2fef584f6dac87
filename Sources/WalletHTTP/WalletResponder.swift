import Admission
import Cryptography
import HTTPDoor
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import PostgreSQL
import Rewards
import Wallet

/// Answers the door's requests: address, credential, rate, mode, body, use case, in this order (contract U19).
///
/// **Guarantees** Every answer bears an `X-Request-Id`, and every refusal the contract's envelope. No credential, body
/// or member's id reaches a log.
struct WalletResponder: HTTPResponder {
    typealias Context = HTTPDoorContext

    let calls: WalletCalls
    let configuration: WalletServerConfiguration
    let limiter: RateLimiter?
    let now: @Sendable () -> PostgresTimestamp
    let logger: Logger

    private static let requestIDField = HTTPField.Name("X-Request-Id")
    private static let idempotencyKey = HTTPField.Name("Idempotency-Key")

    func respond(to request: Request, context: HTTPDoorContext) async throws -> Response {
        let started = ContinuousClock.now
        let requestID = Self.newRequestID()
        let target = request.head.path ?? ""
        let route = WalletRoute(target: target, method: request.method)
        var response: Response
        do {
            response = try await answer(route, request, context, target: target)
        } catch {
            let metadata: Logger.Metadata = ["request_id": "\(requestID)", "endpoint": "\(route.name)"]
            response = Self.response(WalletFailures(logger: logger).refusal(of: error, metadata))
        }
        if let name = Self.requestIDField { response.headers[name] = requestID }
        WalletMetrics.answered(route.name, status: response.status.code, in: .now - started)
        return response
    }

    /// Words the answer to what is no request at all, with what every answer of this door has.
    @Sendable static func refuse(_ fault: HTTPFault) -> HTTPFaultAnswer {
        WalletMetrics.answered("none", status: fault.status, in: .zero)
        let refusal = WalletRefusal(
            .badRequest, fault.message, status: fault.status)
        var fields = HTTPFields()
        if let name = requestIDField { fields[name] = newRequestID() }
        return HTTPFaultAnswer(json: String(decoding: refusal.json.canonicalBytes, as: UTF8.self), fields: fields)
    }

    private static func newRequestID() -> String { "req_" + Hexadecimal.encode(randomBytes(count: 12)) }

    private func answer(
        _ route: WalletRoute, _ request: Request, _ context: HTTPDoorContext, target: String
    ) async throws -> Response {
        switch route {
        case .endpoint(let endpoint, let parameters):
            return try await call(endpoint, parameters, request, context, target: target)
        case .document: return Self.document
        case .notFound: throw WalletRefusal.notFound
        case .methodNotAllowed(let allow): throw WalletRefusal.methodNotAllowed(allow)
        case .unreadable: throw WalletRefusal.pathUnreadable
        case .targetTooLong: throw WalletRefusal.targetTooLong
        }
    }

    private func call(
        _ endpoint: WalletEndpoint, _ parameters: [String], _ request: Request, _ context: HTTPDoorContext,
        target: String
    ) async throws -> Response {
        let now = now()
        let caller = try await authenticate(request, now: now)
        if endpoint.isServerMode { try caller.requireOrganisation() }
        let query = try WalletQuery(target: target)
        let body = endpoint.takesBody ? try await body(of: request, context) : nil
        let call = WalletCall(
            endpoint: endpoint, parameters: parameters, query: query, caller: caller, body: body,
            idempotencyKey: try idempotencyKey(of: request), now: now)
        do {
            let document = try await TimeLimit.run(configuration.requestTimeout) { [calls] in
                try await calls.answer(call)
            }
            return Self.response(endpoint.success, document.canonicalBytes)
        } catch is TimeLimit.Passed {
            throw WalletRefusal.tookTooLong
        }
    }

    /// Who calls, within the rate of the credential.
    private func authenticate(_ request: Request, now: PostgresTimestamp) async throws -> WalletCaller {
        let credential = Self.bearer(request.headers)
        let caller = try await calls.credentials.authenticate(credential, now: now)
        guard let limiter else { return caller }
        let bucket =
            switch caller.actor {
            case .organisation: "key:" + Hexadecimal.encode(SHA256.digest((credential ?? "").utf8))
            // A member's tokens share a bucket: another exchange must not buy another burst.
            case .member(let id): "member:\(caller.environment.rawValue):\(id)"
            }
        if let seconds = limiter.admit(bucket) { throw WalletRefusal.rateLimited(retryAfterSeconds: seconds) }
        return caller
    }

    /// The body of a call that takes one; any other body is left to the connection, which drops it.
    private func body(of request: Request, _ context: HTTPDoorContext) async throws -> WalletBody {
        let encoding = request.headers[.contentEncoding] ?? ""
        guard encoding.isEmpty || encoding.lowercased() == "identity" else { throw WalletRefusal.bodyEncoded }
        let bytes: [UInt8]
        do throws(BodyReading.Refusal) {
            bytes = try await BodyReading.read(context, bytesMax: configuration.bodyBytesMax)
        } catch {
            throw WalletRefusal(error, bytesMax: configuration.bodyBytesMax)
        }
        return try WalletBody(bytes, bytesMax: configuration.bodyBytesMax)
    }

    private func idempotencyKey(of request: Request) throws(WalletRefusal) -> String? {
        guard let name = Self.idempotencyKey else { return nil }
        let keys = request.headers[values: name]
        guard keys.count <= 1 else {
            throw WalletRefusal(validation: "\(WalletField.idempotencyKey.name) must be given once")
        }
        return keys.first
    }

    /// The credential of RFC 6750 section 2.1, or nil.
    private static func bearer(_ headers: HTTPFields) -> String? {
        try? AuthorizationField.bearerToken(of: headers[values: .authorization])
    }

    private static func response(_ refusal: WalletRefusal) -> Response {
        var response = response(HTTPResponse.Status(code: refusal.status), refusal.json.canonicalBytes)
        if let seconds = refusal.retryAfterSeconds { response.headers[.retryAfter] = "\(seconds)" }
        if let allow = refusal.allow { response.headers[.allow] = allow }
        if refusal.status == 401 { response.headers[.wwwAuthenticate] = "Bearer realm=\"wallet\"" }
        return response
    }

    private static func response(_ status: HTTPResponse.Status, _ json: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }

    /// One buffer for all who ask, so that many answers cost no more memory than one.
    private static let document = Response(
        status: .ok, headers: [.contentType: "application/yaml; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: openAPIDocument)))
}

extension WalletRoute {
    /// A name for metrics and logs, out of a closed list.
    fileprivate var name: String {
        switch self {
        case .endpoint(let endpoint, _): endpoint.rawValue
        case .document: "getOpenAPIDocument"
        case .notFound, .methodNotAllowed, .unreadable, .targetTooLong: "none"
        }
    }
}
