import Cryptography
public import PostgreSQL

/// An organisation's key as it is listed: without the key.
public struct WalletOrgKey: Sendable, Hashable {
    /// The key's id, for revoking it.
    public let id: String
    /// The world it opens.
    public let environment: WalletEnvironment
    /// What operators call it.
    public let label: String
    /// When it was made.
    public let createdAt: PostgresTimestamp
    /// From when on it works no more; nil for never.
    public let expiresAt: PostgresTimestamp?
    /// When it was revoked; nil while it works.
    public let revokedAt: PostgresTimestamp?
}
