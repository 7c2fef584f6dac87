/// Who may deliver to which address; composition fills it from the configuration.
public struct WebhookEndpoints: Sendable {
    /// Vouches for deliveries to `/webhooks/cosmo/program-connection`.
    public let programConnection: WebhookAuthenticator
    /// Vouches for deliveries to `/webhooks/cosmo/transaction`.
    public let transaction: WebhookAuthenticator
    /// Refuses deliveries to either address by their headers alone.
    public let screen: WebhookScreen
    /// What a refused delivery is asked for instead, as the value of `WWW-Authenticate`.
    public let challenge: String
    /// Refuses `/oauth/token` by its header alone.
    public let tokenScreen: WebhookTokenScreen
    /// Answers `/oauth/token`; nil when no endpoint uses OAuth mode, and then there is no such address.
    public let token: WebhookTokenIssuer?

    /// Makes the endpoints.
    public init(
        programConnection: @escaping WebhookAuthenticator, transaction: @escaping WebhookAuthenticator,
        screen: @escaping WebhookScreen = { _ in nil }, challenge: String = "Signature realm=\"multibrand\"",
        tokenScreen: @escaping WebhookTokenScreen = { _ in nil },
        token: WebhookTokenIssuer? = nil
    ) {
        self.programConnection = programConnection
        self.transaction = transaction
        self.screen = screen
        self.challenge = challenge
        self.tokenScreen = tokenScreen
        self.token = token
    }
}
