public import PostgreSQL

/// A registered endpoint with its secret: the only time the secret is shown.
public struct WalletWebhookCreated: Sendable, Hashable {
    /// The endpoint.
    public let webhook: WalletWebhook
    /// The key that signs deliveries; a secret.
    public let signingSecret: String

    init(webhook: WalletWebhook, signingSecret: String) {
        self.webhook = webhook
        self.signingSecret = signingSecret
    }
}
