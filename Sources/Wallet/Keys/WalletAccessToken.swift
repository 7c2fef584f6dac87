import Cryptography
package import PostgreSQL
import Rewards

/// A member token as the exchange hands it out.
package struct WalletAccessToken: Sendable {
    /// The token; a secret.
    package let accessToken: String
    /// When it stops working, in whole milliseconds.
    package let expiresAt: PostgresTimestamp

    init(accessToken: String, expiresAt: PostgresTimestamp) {
        self.accessToken = accessToken
        self.expiresAt = expiresAt
    }
}
