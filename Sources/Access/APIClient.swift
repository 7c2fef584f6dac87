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
