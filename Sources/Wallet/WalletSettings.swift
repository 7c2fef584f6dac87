/// What an installation decides about its wallet.
public struct WalletSettings: Sendable {
    /// The points currency of each environment (contract U24).
    public var currencies: [WalletEnvironment: WalletCurrency]
    /// What organisation keys begin with: `<prefix>_live_...`, `<prefix>_sandbox_...`.
    public var keyPrefix: String
    /// How long a member token works.
    public var tokenLifetime: Duration
    /// The secrets of member tokens, newest first: the first signs, all of them verify.
    public var tokenSecrets: [WalletTokenSecret]
    /// Whether live credits draw down a prepaid pool, once there is one.
    public var isPoolEnabled: Bool
    /// How far webhooks may go.
    public var webhookReach: WebhookReach

    /// Makes settings; the defaults are those of the configuration.
    public init(
        currencies: [WalletEnvironment: WalletCurrency] = [:], keyPrefix: String = "mbw",
        tokenLifetime: Duration = .seconds(900), tokenSecrets: [WalletTokenSecret] = [], isPoolEnabled: Bool = false,
        webhookReach: WebhookReach = .public
    ) {
        self.currencies = currencies
        self.keyPrefix = keyPrefix
        self.tokenLifetime = tokenLifetime
        self.tokenSecrets = tokenSecrets
        self.isPoolEnabled = isPoolEnabled
        self.webhookReach = webhookReach
    }

    /// The currency of an environment; "Points" when none was set.
    public func currency(of environment: WalletEnvironment) -> WalletCurrency {
        currencies[environment] ?? WalletCurrency(name: "Points", symbol: "PT")
    }
}
