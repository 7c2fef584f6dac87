/// What an installation decides about its wallet.
package struct WalletSettings: Sendable {
    /// The points currency of each environment (contract U24).
    package var currencies: [WalletEnvironment: WalletCurrency]
    /// What organisation keys begin with: `<prefix>_live_...`, `<prefix>_sandbox_...`.
    package var keyPrefix: String
    /// How long a member token works.
    package var tokenLifetime: Duration
    /// The secrets of member tokens, newest first: the first signs, all of them verify.
    package var tokenSecrets: [WalletTokenSecret]
    /// Whether live credits draw down a prepaid pool, once there is one.
    package var isPoolEnabled: Bool
    /// After how long a hold expires when its request does not say.
    package var holdLifetime: Duration
    /// How far webhooks may go.
    package var webhookReach: WebhookReach

    /// Makes settings; the defaults are those of the configuration.
    package init(
        currencies: [WalletEnvironment: WalletCurrency] = [:], keyPrefix: String = "mbw",
        tokenLifetime: Duration = .seconds(900), tokenSecrets: [WalletTokenSecret] = [], isPoolEnabled: Bool = false,
        holdLifetime: Duration = .seconds(3600), webhookReach: WebhookReach = .public
    ) {
        self.currencies = currencies
        self.keyPrefix = keyPrefix
        self.tokenLifetime = tokenLifetime
        self.tokenSecrets = tokenSecrets
        self.isPoolEnabled = isPoolEnabled
        self.holdLifetime = holdLifetime
        self.webhookReach = webhookReach
    }

    /// The currency of an environment; "Points" when none was set.
    package func currency(of environment: WalletEnvironment) -> WalletCurrency {
        currencies[environment] ?? WalletCurrency(name: "Points", symbol: "PT")
    }
}
