import Cards
public import Cosmo
public import PostgreSQL

/// A token and address to open a Cosmo widget with.
public struct WidgetSession: Sendable, Hashable {
    /// The token.
    public let accessToken: String
    /// The address, which holds the token: never log it. Nil when no launch address is configured.
    public let launchURL: String?
    /// When both end.
    public let expiresAt: PostgresTimestamp
}
