import Access
import Admission
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

    /// Lets a call in, or refuses it, when memory can tell; false says that ``admit(_:)`` has to be asked.
    ///
    /// **Errors** `UNAUTHENTICATED`, `PERMISSION_DENIED`.
    func admitAtOnce(_ context: inout RPCContext) throws -> Bool {
        guard !Self.isOpen(context.path) else { return true }
        guard let caller = try knownCaller(of: context) else { return false }
        try admit(caller, to: &context)
        return true
    }

    /// **Errors** `UNAUTHENTICATED`, `PERMISSION_DENIED`; the database's.
    func admit(_ context: inout RPCContext) async throws {
        if try admitAtOnce(&context) { return }
        guard let authenticator else { return }
        try admit(try await authenticator.authenticate(key: Self.key(of: context)), to: &context)
    }

    /// The key that a stream was opened with and that may be revoked while it is open; nil when there is none such.
    func streamKey(of context: RPCContext) -> StreamKey? {
        guard let authenticator, !Self.isOpen(context.path), let key = try? Self.key(of: context),
            !isOperatorKey(key)
        else { return nil }
        return StreamKey(authenticator: authenticator, key: key, caller: context.caller)
    }

    private static func isOpen(_ path: String) -> Bool { openServices.contains { path.hasPrefix($0) } }

    private func admit(_ caller: Caller, to context: inout RPCContext) throws(AccessError) {
        if !PlatformCalls.paths.contains(context.path) { try caller.require(.operator) }
        context[CallerKey.self] = caller
    }

    /// The caller, when memory can tell.
    private func knownCaller(of context: RPCContext) throws -> Caller? {
        guard let authenticator else { return Self.everybody }
        let key = try Self.key(of: context)
        if isOperatorKey(key) { return Caller(clientID: "configuration", role: .operator) }
        return try authenticator.admit(key: key)
    }

    private func isOperatorKey(_ key: String) -> Bool {
        guard let operatorKey else { return false }
        return constantTimeEquals(Array(key.utf8), Array(operatorKey.utf8))
    }

    private static func key(of context: RPCContext) throws(AccessError) -> String {
        do {
            return try AuthorizationField.bearerToken(of: context.metadata.values("authorization"))
        } catch {
            throw AccessError(unauthenticated: error.words(scheme: "Bearer"))
        }
    }
}

extension RPCContext {
    /// The API client that makes this call; every call to our services has one.
    var caller: Caller { self[CallerKey.self] ?? Caller(clientID: "nobody", role: .platform) }
}
