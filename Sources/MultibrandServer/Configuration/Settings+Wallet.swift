extension Settings {
    package enum Wallet {
        package static let enabled = Setting(
            "wallet.enabled", false, "Whether the wallet's REST door is open and its webhooks are sent.")
        package static let host = Setting("wallet.http.host", "127.0.0.1", "Address the wallet's REST door listens on.")
        package static let port = Setting(
            "wallet.http.port", 8081, "Port of the wallet's REST door; 0 takes a free one.")
        package static let certificate = Setting<String>(
            "wallet.http.tlsCertificate", nil, "PEM file with the certificate chain; TLS is on when it is given.")
        package static let key = Setting<String>("wallet.http.tlsKey", nil, "PEM file with the private key.")
        package static let bodyBytesMax = Setting(
            "wallet.http.bodyBytesMax", 65_536, "Largest request body at the REST door, bytes.")
        package static let requestTimeout = Setting<Duration>(
            "wallet.http.requestTimeout", .seconds(30), "Time limit for the answer to such a request.")
        package static let connectionsMax = Setting(
            "wallet.http.connectionsMax", 10_000,
            "Connections at once; fewer when the process may not open that many files (docs/operations.md).")
        package static let idleTimeout = Setting<Duration>(
            "wallet.http.idleTimeout", .seconds(60), "How long a connection may be silent before it is closed.")
        package static let currencyName = Setting(
            "wallet.currency.name", "Points", "What the wallet's points are called.")
        package static let currencySymbol = Setting(
            "wallet.currency.symbol", "PT", "The short form of that name.")
        package static let sandboxCurrencyName = Setting<String>(
            "wallet.sandboxCurrency.name", nil, "What they are called in SANDBOX; none: as in LIVE.")
        package static let sandboxCurrencySymbol = Setting<String>(
            "wallet.sandboxCurrency.symbol", nil, "The short form of that name; none: as in LIVE.")
        package static let keyPrefix = Setting(
            "wallet.keyPrefix", "mbw", "What organisation keys begin with: mbw_live_..., mbw_sandbox_...")
        package static let tokenSecrets = Setting<String>(
            "wallet.tokenSecrets", nil,
            "Secrets of at least 32 bytes, separated by commas, newest first: the first signs member tokens, all "
                + "verify them.",
            isSecret: true)
        package static let tokenLifetime = Setting<Duration>(
            "wallet.tokenLifetime", .seconds(900), "How long a member token is valid.")
        package static let requestsPerSecond = Setting(
            "wallet.rateLimit.requestsPerSecond", 0,
            "Requests a second that one organisation key, or one member, may make on average; 0: no limit.")
        package static let burst = Setting(
            "wallet.rateLimit.burst", 100, "Requests that may be made at once after a pause, if there is a limit.")
        package static let poolEnabled = Setting(
            "wallet.pool.enabled", false,
            "Whether credits in LIVE draw on the prepaid pool, once it has been topped up.")
        package static let holdTime = Setting<Duration>(
            "wallet.holdTime", .seconds(3600),
            "After how long a hold of points expires if its request does not say, at most 30 days.")
        package static let webhookReach = Setting(
            "wallet.webhooks.reach", "public",
            "Where the wallet's webhooks may go: public (https to public addresses), sandbox (in SANDBOX to private "
                + "ones too, and by http to this machine) or everywhere (private ones in LIVE too)."
        )
        package static let webhookTimeout = Setting<Duration>(
            "wallet.webhooks.timeout", .seconds(10), "How long an endpoint may take to answer.")
        package static let webhookConcurrency = Setting(
            "wallet.webhooks.concurrency", 32, "Webhooks sent at once.")
    }
}
