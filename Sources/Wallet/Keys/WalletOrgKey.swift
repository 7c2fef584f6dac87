import Cryptography
package import PostgreSQL

/// An organisation's key as it is listed: without the key.
package struct WalletOrgKey: Sendable, Hashable {
    /// The key's id, for revoking it.
    package let id: String
    /// The world it opens.
    package let environment: WalletEnvironment
    /// What operators call it.
    package let label: String
    /// When it was made.
    package let createdAt: PostgresTimestamp
    /// From when on it works no more; nil for never.
    package let expiresAt: PostgresTimestamp?
    /// When it was revoked; nil while it works.
    package let revokedAt: PostgresTimestamp?
}
