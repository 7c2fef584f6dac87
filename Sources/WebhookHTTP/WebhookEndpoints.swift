/// Who may deliver to which address; composition fills it from the configuration.
public struct WebhookEndpoints: Sendable {
    /// Vouches for deliveries to `/webhooks/cosmo/program-connection`.
    public let programConnection: WebhookAuthenticator
    /// Vouches for deliveries to `/webhooks/cosmo/transaction`.
    public let transaction: WebhookAuthenticator
    /// Answers `/oauth/token`; nil when no endpoint uses OAuth mode, and then there is no such address.
    public let token: WebhookTokenIssuer?

    /// Makes the endpoints.
    public init(
        programConnection: @escaping WebhookAuthenticator, transaction: @escaping WebhookAuthenticator,
        token: WebhookTokenIssuer? = nil
    ) {
        self.programConnection = programConnection
        self.transaction = transaction
        self.token = token
    }
}
