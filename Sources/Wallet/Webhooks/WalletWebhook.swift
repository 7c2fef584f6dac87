public import PostgreSQL

/// An endpoint as it is listed: without its secret.
public struct WalletWebhook: Sendable, Hashable {
    /// The endpoint's id.
    public let id: String
    /// Where events go.
    public let url: String
    /// The events it receives.
    public let events: [String]
    /// The world it belongs to.
    public let environment: WalletEnvironment
    /// When it was registered, in whole milliseconds.
    public let createdAt: PostgresTimestamp
    /// When it was deleted, or disabled for failing, in whole milliseconds; nil while active.
    public let disabledAt: PostgresTimestamp?
}
