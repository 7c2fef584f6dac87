import Cards
import Cosmo
package import PostgreSQL

/// A token and address to open a Cosmo widget with.
package struct WidgetSession: Sendable, Hashable {
    /// The token.
    package let accessToken: String
    /// The address, which holds the token: never log it. Nil when no launch address is configured.
    package let launchURL: String?
    /// When both end.
    package let expiresAt: PostgresTimestamp
}
