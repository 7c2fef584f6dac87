public import PostgreSQL

/// Someone who may call the RPC door.
public struct APIClient: Sendable, Hashable {
    /// The name operators gave it.
    public let clientID: String
    /// How far its key reaches.
    public let role: APIRole
    /// When it was made.
    public let createdAt: PostgresTimestamp
    /// When its key stopped working; nil while it works.
    public let revokedAt: PostgresTimestamp?
}

/// Who makes a call, as its key says.
public struct Caller: Sendable, Hashable {
    /// The client's name, for the record of operator actions.
    public let clientID: String
    /// How far its key reaches.
    public let role: APIRole

    /// Makes a caller; doors that run without keys make their own.
    public init(clientID: String, role: APIRole) {
        self.clientID = clientID
        self.role = role
    }

    /// Refuses a caller whose role does not reach far enough.
    ///
    /// **Errors** `PERMISSION_DENIED`.
    public func require(_ needed: APIRole) throws(AccessError) {
        guard role.reaches(needed) else {
            throw AccessError(
                .permissionDenied, "this needs an API client of role \(needed.rawValue); this key's is \(role.rawValue)"
            )
        }
    }
}
