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
/// **Guarantees** Every answer bears an `X-Request-Id`, and every refusal the contract's envelope. No credential, body or
/// member's id reaches a log.
struct WalletResponder: HTTPResponder {
    typealias Context = HTTPDoorContext

    let calls: WalletCalls
    let configuration: WalletServerConfiguration
    let limiter: RateLimiter?
    let now: @Sendable () -> PostgresTimestamp
    let logger: Logger

    private static let requestID = HTTPField.Name("X-Request-Id")
    private static let idempotencyKey = HTTPField.Name("Idempotency-Key")

    func respond(to request: Request, context: HTTPDoorContext) async throws -> Response {
        let started = ContinuousClock.now
        let requestID = "req_" + Hexadecimal.encode(randomBytes(count: 12))
        let target = request.head.path ?? ""
        let route = WalletRoute(target: target, method: request.method)
        var response: Response
        do {
            response = try await answer(route, request, target: target)
        } catch {
            let refusal = WalletRefusal(of: error)
            if refusal.status >= 500 {
                logger.error(
                    "a wallet request failed",
                    metadata: [
                        "request_id": "\(requestID)", "endpoint": "\(route.name)", "status": "\(refusal.status)",
                        "error": "\(error)",
                    ])
            }
            response = Self.response(refusal)
            if refusal.status == 408 || refusal.status == 413 {
                response.headers[.connection] = "close"
                context.closeSoon()
            }
        }
        if let name = Self.requestID { response.headers[name] = requestID }
        WalletMetrics.answered(route.name, status: response.status.code, in: .now - started)
        return response
    }

    private func answer(_ route: WalletRoute, _ request: Request, target: String) async throws -> Response {
        switch route {
        case .endpoint(let endpoint, let parameters):
            return try await call(endpoint, parameters, request, target: target)
        case .document: return Self.document(withBody: request.method == .get)
        case .notFound: throw WalletRefusal.notFound
        case .methodNotAllowed(let allow): throw WalletRefusal.methodNotAllowed(allow)
        case .unreadable: throw WalletRefusal.pathUnreadable
        case .targetTooLong: throw WalletRefusal.targetTooLong
        }
    }

    private func call(
        _ endpoint: WalletEndpoint, _ parameters: [String], _ request: Request, target: String
    ) async throws -> Response {
        let now = now()
        let caller = try await authenticate(request, now: now)
        if endpoint.isServerMode { try caller.requireOrganisation() }
        let query = try WalletQuery(target: target)
        let body = try await body(of: request, for: endpoint)
        let call = WalletCall(
            endpoint: endpoint, parameters: parameters, query: query, caller: caller, body: body,
            idempotencyKey: try idempotencyKey(of: request), now: now)
        do {
            let reply = try await TimeLimit.run(configuration.requestTimeout) { [calls] in
                try await calls.answer(call)
            }
            return Self.response(HTTPResponse.Status(code: reply.status), reply.body)
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

    private func body(of request: Request, for endpoint: WalletEndpoint) async throws -> WalletBody? {
        // What comes with a call that takes no body is read too, so that the connection can serve the next request.
        let bytes: [UInt8]
        do {
            bytes = try await BodyReading.read(
                request, bytesMax: configuration.bodyBytesMax, timeout: configuration.bodyTimeout)
        } catch let refusal as BodyReading.Refusal {
            throw WalletRefusal(refusal, bytesMax: configuration.bodyBytesMax)
        }
        return endpoint.takesBody ? try WalletBody(bytes, bytesMax: configuration.bodyBytesMax) : nil
    }

    private func idempotencyKey(of request: Request) throws(WalletError) -> String? {
        guard let name = Self.idempotencyKey else { return nil }
        let keys = request.headers[values: name]
        guard keys.count <= 1 else {
            throw WalletError(.validation, "Idempotency-Key must be given once", field: "Idempotency-Key")
        }
        return keys.first
    }

    /// The credential of RFC 6750 section 2.1, or nil.
    private static func bearer(_ headers: HTTPFields) -> String? {
        let fields = headers[values: .authorization]
        guard fields.count == 1, let field = fields.first else { return nil }
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
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

    private static func document(withBody: Bool) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/yaml; charset=utf-8"],
            body: withBody ? ResponseBody(byteBuffer: ByteBuffer(string: openAPIDocument)) : ResponseBody())
    }
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
