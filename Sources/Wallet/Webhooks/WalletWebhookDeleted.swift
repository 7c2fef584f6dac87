public import PostgreSQL

/// What deleting an endpoint answers.
public struct WalletWebhookDeleted: Sendable, Hashable {
    /// The endpoint's id.
    public let id: String

    init(id: String) { self.id = id }
}
