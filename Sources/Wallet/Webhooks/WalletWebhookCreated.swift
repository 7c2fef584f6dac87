import PostgreSQL

/// A registered endpoint with its secret: the only time the secret is shown.
package struct WalletWebhookCreated: Sendable, Hashable {
    /// The endpoint.
    package let webhook: WalletWebhook
    /// The key that signs deliveries; a secret.
    package let signingSecret: String

    init(webhook: WalletWebhook, signingSecret: String) {
        self.webhook = webhook
        self.signingSecret = signingSecret
    }
}
