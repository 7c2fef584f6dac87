import PostgreSQL

/// What deleting an endpoint answers.
package struct WalletWebhookDeleted: Sendable, Hashable {
    /// The endpoint's id.
    package let id: String

    init(id: String) { self.id = id }
}
