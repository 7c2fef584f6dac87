import Cryptography
public import PostgreSQL
import Rewards

/// A member token as the exchange hands it out.
public struct WalletAccessToken: Sendable {
    /// The token; a secret.
    public let accessToken: String
    /// When it stops working, in whole milliseconds.
    public let expiresAt: PostgresTimestamp

    init(accessToken: String, expiresAt: PostgresTimestamp) {
        self.accessToken = accessToken
        self.expiresAt = expiresAt
    }
}
