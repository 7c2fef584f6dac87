import Access
import Cryptography
import RPC

/// The API client that makes a call, left in the context by ``Authorization``.
struct CallerKey: RPCContextKey {
    typealias Value = Caller
}

/// Lets in callers that show an API client's key, and keeps to operators what ``PlatformCalls`` does not open.
///
/// Health and reflection need no key: load balancers and developers' tools have none, and they tell nothing of a card.
struct Authorization: Sendable {
    /// Without keys: everybody is this operator.
    static let everybody = Caller(clientID: "anybody", role: .operator)

    private static let openServices = ["/grpc.health.v1.", "/grpc.reflection."]

    private let authenticator: Authenticator?
    private let operatorKey: String?

    /// - Parameters:
    ///   - authenticator: Nil when callers need no key.
    ///   - operatorKey: The key from the configuration that has the operator role without a row in the database.
    init(authenticator: Authenticator?, operatorKey: String?) {
        self.authenticator = authenticator
        self.operatorKey = operatorKey
    }

    /// **Errors** `UNAUTHENTICATED`, `PERMISSION_DENIED`.
    func admit(_ context: inout RPCContext) async throws {
        guard !Self.openServices.contains(where: { context.path.hasPrefix($0) }) else { return }
        let caller = try await caller(of: context)
        if !PlatformCalls.paths.contains(context.path) { try caller.require(.operator) }
        context[CallerKey.self] = caller
    }

    private func caller(of context: RPCContext) async throws -> Caller {
        guard let authenticator else { return Self.everybody }
        let key = context.metadata["authorization"].flatMap(Self.bearerToken)
        if let key, let operatorKey, constantTimeEquals(Array(key.utf8), Array(operatorKey.utf8)) {
            return Caller(clientID: "configuration", role: .operator)
        }
        if let key, let caller = authenticator.cached(key: key) { return caller }
        return try await authenticator.authenticate(key: key)
    }

    private static func bearerToken(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}

extension RPCContext {
    /// The API client that makes this call; every call to our services has one.
    var caller: Caller { self[CallerKey.self] ?? Caller(clientID: "nobody", role: .platform) }
}
