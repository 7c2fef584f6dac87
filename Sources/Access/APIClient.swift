package import PostgreSQL

/// Someone who may call the RPC door.
package struct APIClient: Sendable, Hashable {
    /// The name operators gave it.
    package let clientID: String
    /// How far its key reaches.
    package let role: APIRole
    /// When it was made.
    package let createdAt: PostgresTimestamp
    /// When its key stopped working; nil while it works.
    package let revokedAt: PostgresTimestamp?
}
