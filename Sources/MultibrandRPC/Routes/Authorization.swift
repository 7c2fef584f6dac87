import Access
import Admission
import Cryptography
import RPC

/// Lets in callers that show an API client's key whose role reaches a method; ``DoorRoutes`` says which role that is.
///
/// Health and reflection are added without it: load balancers and developers' tools have no key, and these services say
/// nothing of a card.
struct Authorization: Sendable {
    /// Without keys: everybody is this operator.
    static let everybody = Caller(clientID: "anybody", role: .operator)

    private let authenticator: Authenticator?
    private let operatorKey: String?

    /// - Parameters:
    ///   - authenticator: Nil when callers need no key.
    ///   - operatorKey: The key from the configuration that has the operator role without a row in the database.
    init(authenticator: Authenticator?, operatorKey: String?) {
        self.authenticator = authenticator
        self.operatorKey = operatorKey
    }

    /// Lets a call in, or refuses it, when memory can tell; false says that ``admit(_:needing:)`` has to be asked.
    ///
    /// **Errors** `UNAUTHENTICATED`, `PERMISSION_DENIED`.
    func admitAtOnce(_ context: inout RPCContext, needing role: APIRole) throws -> Bool {
        guard let caller = try knownCaller(of: context) else { return false }
        try admit(caller, needing: role, to: &context)
        return true
    }

    /// **Errors** `UNAUTHENTICATED`, `PERMISSION_DENIED`; the database's.
    func admit(_ context: inout RPCContext, needing role: APIRole) async throws {
        if try admitAtOnce(&context, needing: role) { return }
        guard let authenticator else { return }
        try admit(try await authenticator.authenticate(key: Self.key(of: context)), needing: role, to: &context)
    }

    /// The key that a stream was opened with and that may be revoked while it is open; nil when there is none such.
    func streamKey(of context: RPCContext) -> StreamKey? {
        guard let authenticator, let key = try? Self.key(of: context),
            !isOperatorKey(key)
        else { return nil }
        return StreamKey(authenticator: authenticator, key: key, caller: context.caller)
    }

    private func admit(_ caller: Caller, needing role: APIRole, to context: inout RPCContext) throws(AccessError) {
        try caller.require(role)
        context[CallerKey.self] = caller
    }

    /// The caller, when memory can tell.
    private func knownCaller(of context: RPCContext) throws -> Caller? {
        guard let authenticator else { return Self.everybody }
        let key = try Self.key(of: context)
        if isOperatorKey(key) { return Caller(clientID: "configuration", role: .operator) }
        return try authenticator.cached(key: key)
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
