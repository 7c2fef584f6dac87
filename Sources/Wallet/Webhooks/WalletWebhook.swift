package import PostgreSQL

/// An endpoint as it is listed: without its secret.
package struct WalletWebhook: Sendable, Hashable {
    /// The endpoint's id.
    package let id: String
    /// Where events go.
    package let url: String
    /// The events it receives.
    package let events: [String]
    /// The world it belongs to.
    package let environment: WalletEnvironment
    /// When it was registered, in whole milliseconds.
    package let createdAt: PostgresTimestamp
    /// When it was deleted, or disabled for failing, in whole milliseconds; nil while active.
    package let disabledAt: PostgresTimestamp?
}
