import Rewards

/// Every setting there is. docs/configuration.md is written from this table.
package enum Settings {
    package enum Database {
        package static let url = Setting(
            "database.url", "postgresql:///multibrand",
            "Connection string, URI or key=value; several hosts follow a failover. May hold a password.", isSecret: true
        )
        package static let poolSize = Setting(
            "database.poolSize", 10, "Maximum number of connections for the whole service.")
        package static let statementTimeout = Setting<Duration>(
            "database.statementTimeout", .seconds(30),
            "A statement that takes longer is cancelled. A COMMIT never is; its outcome is then unknown.")
        package static let lockTimeout = Setting<Duration>(
            "database.lockTimeout", .seconds(2),
            "How long a statement waits for a row that another transaction holds. Its call then tries again for about "
                + "ten seconds, without a connection in between, before it answers that nothing was done.")
        package static let idleTransactionTimeout = Setting<Duration>(
            "database.idleTransactionTimeout", .seconds(5),
            "PostgreSQL ends a transaction whose process has sent nothing for this long, so that a frozen process "
                + "gives its rows back.")
        package static let migrateAtStart = Setting(
            "migrations.atStart", false, "Whether `serve` migrates the schema before it starts.")
    }

    package enum RPC {
        package static let host = Setting("rpc.host", "127.0.0.1", "Address the gRPC door listens on.")
        package static let port = Setting("rpc.port", 50051, "Port of the gRPC door; 0 takes a free one.")
        package static let certificate = Setting<String>(
            "rpc.tlsCertificate", nil, "PEM file with the certificate chain; TLS is on when it is given.")
        package static let key = Setting<String>("rpc.tlsKey", nil, "PEM file with the private key.")
        package static let clientAuthorities = Setting<String>(
            "rpc.tlsClientAuthorities", nil,
            "PEM file; when given, clients must present a certificate signed by one of these.")
        package static let authentication = Setting(
            "rpc.authentication", true,
            "Whether callers must present an API client's key. Turn it off only where no one else can connect.")
        package static let messageBytesMax = Setting("rpc.messageBytesMax", 4 << 20, "Largest request message, bytes.")
        package static let requestTimeout = Setting<Duration>(
            "rpc.requestTimeout", .seconds(15), "Time limit for a single request message to arrive completely.")
        package static let requestBytesMax = Setting(
            "rpc.requestBytesMax", 128 << 20,
            "Maximum bytes of buffered requests over all connections, and a quarter of it for one; more is refused.")
        package static let connectionsMax = Setting(
            "rpc.connectionsMax", 10_000,
            "Connections at once; fewer when the process may not open that many files (docs/operations.md).")
        package static let idleTimeout = Setting<Duration>(
            "rpc.idleTimeout", .seconds(300),
            "How long a connection may be without a call before it is closed with GOAWAY.")
        package static let streamsMax = Setting("rpc.streamsMax", 1000, "Calls at once on one connection.")
        package static let threads = Setting("rpc.threads", 0, "Event loop threads; 0: one per core.")
    }

    package enum HTTP {
        package static let host = Setting(
            "http.host", "127.0.0.1", "Address the HTTP door listens on: webhooks, health, metrics.")
        package static let port = Setting("http.port", 8080, "Port of the HTTP door; 0 takes a free one.")
        package static let certificate = Setting<String>(
            "http.tlsCertificate", nil, "PEM file with the certificate chain; TLS is on when it is given.")
        package static let key = Setting<String>("http.tlsKey", nil, "PEM file with the private key.")
        package static let bodyBytesMax = Setting(
            "http.bodyBytesMax", 65_536, "Largest webhook body, bytes. Cosmo's are below 4,096.")
        package static let bodiesBytesMax = Setting(
            "http.bodiesBytesMax", 32 << 20,
            "Maximum bytes of buffered request bodies over both HTTP doors; above it the body that has been arriving "
                + "longest is dropped."
        )
        package static let headTimeout = Setting<Duration>(
            "http.headTimeout", .seconds(10),
            "Time limit for the head of a request, from its first byte; applies to both HTTP doors, like the next "
                + "three."
        )
        package static let bodyTimeout = Setting<Duration>(
            "http.bodyTimeout", .seconds(15), "Time limit for a complete body.")
        package static let silenceTimeout = Setting<Duration>(
            "http.silenceTimeout", .seconds(5), "Maximum pause between two pieces of a body.")
        package static let answerTimeout = Setting<Duration>(
            "http.answerTimeout", .seconds(30),
            "How long a client may take to read an answer before its connection is closed.")
        package static let connectionsMax = Setting(
            "http.connectionsMax", 10_000,
            "Connections at once; fewer when the process may not open that many files (docs/operations.md).")
        package static let idleTimeout = Setting<Duration>(
            "http.idleTimeout", .seconds(60), "How long a connection may be silent before it is closed.")
    }

    package enum Webhook {
        package static let authentication = Setting(
            "webhook.authentication", "signature", "How Cosmo authenticates its webhooks: signature, basic or oauth.")
        package static let secrets = Setting<String>(
            "webhook.secrets", nil, "name:secret, several separated by commas; any of them is accepted.", isSecret: true
        )
        package static let ageMax = Setting<Duration>("webhook.ageMax", .seconds(300), "Oldest x-timestamp accepted.")
        package static let futureSkewMax = Setting<Duration>(
            "webhook.futureSkewMax", .seconds(300), "How far ahead of our clock an x-timestamp may be.")
        package static let basicUsername = Setting<String>("webhook.basicUsername", nil, "User name in basic mode.")
        package static let basicPassword = Setting<String>(
            "webhook.basicPassword", nil, "Password in basic mode.", isSecret: true)
        package static let oauthClientID = Setting<String>(
            "webhook.oauthClientId", nil, "Client id Cosmo fetches tokens with in oauth mode.")
        package static let oauthClientSecret = Setting<String>(
            "webhook.oauthClientSecret", nil, "Client secret Cosmo fetches tokens with in oauth mode.", isSecret: true)
        package static let partsField = Setting<String>(
            "webhook.partsField", nil,
            "Path of the share in a connection event, such as allocation.parts; none: shares come from SetAllocation.")
        package static let cardField = Setting<String>(
            "webhook.cardField", nil,
            "Path of the card's id in a connection event; none: the event applies to every card of its user.")
        package static let uppercaseSignature = Setting(
            "webhook.uppercaseSignature", false, "Whether a signature in upper-case hex is accepted too.")
        package static let senderTimeout = Setting<Duration>(
            "webhook.senderTimeout", .seconds(5),
            "A time that Cosmo is sure to wait for the answer to a webhook. An answer within it counts as received, so "
                + "keep it well below Cosmo's real limit."
        )
        package static let workers = Setting("webhook.workers", 4, "Deliveries applied at once.")
    }

    package enum Cosmo {
        package static let environment = Setting(
            "cosmo.environment", "sandbox", "sandbox or production; production refuses the sandbox's own account ids.")
        package static let authBaseURL = Setting(
            "cosmo.authBaseUrl", "https://api.cosmopoints.com", "Base URL for tokens.")
        package static let apiBaseURL = Setting<String>(
            "cosmo.apiBaseUrl", nil, "Base URL for programs and transactions; Cosmo's portal has the sandbox's.")
        package static let widgetAuthBaseURL = Setting(
            "cosmo.widgetAuthBaseUrl", "https://api.cosmopoints.com", "Base URL for widget tokens.")
        package static let multibrandWidgetURL = Setting<String>(
            "cosmo.multibrandWidgetUrl", nil,
            "Address of the Multibrand widget with {token} in it; without it a widget session has a token and no "
                + "launch_url."
        )
        package static let purchaseWidgetURL = Setting<String>(
            "cosmo.purchaseWidgetUrl", nil,
            "Address of the Purchase widget with {token} in it; without it a widget session has a token and no "
                + "launch_url."
        )
        package static let clientID = Setting<String>("cosmo.clientId", nil, "Client id of this environment.")
        package static let clientSecret = Setting<String>(
            "cosmo.clientSecret", nil, "Client secret of this environment.", isSecret: true)
        package static let tokenEncoding = Setting(
            "cosmo.tokenEncoding", "form", "Body of the token call: form, json or camelCaseJSON.")
        package static let tokenPath = Setting(
            "cosmo.tokenPath", "/auth/token", "Path of the token call below cosmo.authBaseUrl.")
        package static let tokenLifetime = Setting<Duration>(
            "cosmo.tokenLifetime", .seconds(600), "Lifetime of a token when the answer does not contain it.")
        package static let tokenRenewal = Setting<Duration>(
            "cosmo.tokenRenewal", .seconds(60), "How long before its expiry a token is renewed.")
        package static let exactPoints = Setting(
            "cosmo.exactPoints", true, "Whether Cosmo lets this organisation issue an exact number of points.")
        package static let duplicateStatuses = Setting(
            "cosmo.duplicateStatuses", "409",
            "Statuses, separated by commas, that say a reference number was used before.")
        package static let duplicateWords = Setting(
            "cosmo.duplicateWords", "duplicate",
            "Words, separated by commas, that mean the same in the message of a 400 or 422.")
        package static let intervalPath = Setting(
            "cosmo.intervalPath", "/transactions", "Path of the listing by interval below cosmo.apiBaseUrl.")
        package static let sandboxAccounts = Setting<String>(
            "cosmo.sandboxAccounts", nil,
            "Member ids, separated by commas, that exist in Cosmo's sandbox only; production refuses to send them.")
        package static let valueUnit = Setting(
            "cosmo.valueUnit", "major", "The unit of an issuance's integer value: major or minor currency units.")
        package static let requestTimeout = Setting<Duration>(
            "cosmo.requestTimeout", .seconds(30), "Time limit for an answer.")
        package static let concurrency = Setting("cosmo.concurrency", 16, "Calls to Cosmo at once.")
        package static let intervalListing = Setting(
            "cosmo.intervalListing", true,
            "Whether Cosmo lists transactions by interval; used to prove that an issuance is absent.")
        package static let referenceLookup = Setting(
            "cosmo.referenceLookup", true,
            "Whether Cosmo reads a transaction by our reference number; together with the listing it proves that an "
                + "issuance is absent."
        )
        package static let throttledIsNotApplied = Setting(
            "cosmo.throttledIsNotApplied", false, "Whether a 429 proves that nothing was issued.")
    }

    package enum Preferences {
        package static let retryWindow = Setting<Duration>(
            "preferences.retryWindow", .seconds(86_400),
            "How long Cosmo may retry a webhook that it got no answer to. An event that repeats an older one within "
                + "this time may be its retry and is held, unless the older one was answered in time."
        )
        package static let heldWait = Setting<Duration>(
            "preferences.heldWait", .seconds(259_200),
            "How long issuing for a held link waits for a decision; 0s waits until there is one.")
        package static let linkCheckers = Setting("preferences.linkCheckers", 4, "Accounts checked with Cosmo at once.")
    }

    package enum Spending {
        package static let lanes = Setting("spending.lanes", 2, "Batches committed at once.")
        package static let batchMax = Setting("spending.batchMax", 256, "Maximum number of spends in one transaction.")
        package static let queueMax = Setting(
            "spending.queueMax", 100_000, "Maximum number of waiting spends; more are refused.")
        package static let noLinks = Setting(
            "spending.noLinks", "hold",
            "What happens to the spends of a card without links: hold (until it has one), wallet (offered to "
                + "spending.ownProgram), or exclude, also written none."
        )
        package static let refused = Setting(
            "spending.refused", "exclude",
            "What happens to an amount every program refuses: exclude, also written none, hold, or wallet (offered to "
                + "spending.ownProgram)."
        )
        package static let ownProgram = Setting<String>(
            "spending.ownProgram", nil,
            "The issuer's own program, which pays into the wallet; required if one of the two settings above is "
                + "wallet.")
        package static let heldRelease = Setting(
            "spending.heldRelease", "auto",
            "When held money is decided: auto (as soon as a later version of the card's preference has links), or "
                + "operator (only by `admin spends release`)."
        )
        package static let heldLifetime = Setting<Duration>(
            "spending.heldLifetime", nil,
            "Maximum time for which money is held; after that it is permanently excluded. Unset: no limit."
        )
        package static let deadlineMargin = Setting<Duration>(
            "spending.deadlineMargin", .milliseconds(20), "A call with less time than this left is refused.")
        package static let lateClearing = Setting(
            "spending.lateClearing", "authorization",
            "The preference for a purchase that clears after its authorisation was reversed: authorization (the one "
                + "pinned then), clearing (the one valid at the time of purchase) or latest."
        )
        package static let lateClearingByCardProgram = Setting<String>(
            "spending.lateClearingByCardProgram", nil,
            "Exceptions by card program, for example gold:latest,basic:clearing.")
        package static let previewLifetime = Setting<Duration>(
            "spending.previewLifetime", .seconds(600), "How long a preview's token is valid.")
        package static let futureSkewMax = Setting<Duration>(
            "spending.futureSkewMax", TimeRule.futureSkewStandard,
            "How far after our clock a purchase, a refund or an authorisation may be dated; none may be dated before "
                + "2000."
        )
        package static let refundRules = Setting(
            "spending.refundRules", "EXACT_LINK,SAME_MERCHANT_AND_AMOUNT,FIRST_IN_FIRST_OUT,PRO_RATA",
            "The rules, in this order, that attribute a refund without a spend; if none applies, the refund is held."
        )
        package static let refundWindowDays = Setting(
            "spending.refundWindowDays", 120, "How many days before such a refund its spends may date back.")
    }

    package enum Issuance {
        package static let concurrencyPerProgram = Setting(
            "issuance.concurrencyPerProgram", 8, "Concurrent issuance calls to one program.")
        package static let planDelay = Setting<Duration>(
            "issuance.planDelay", .seconds(2),
            "How long a position collects earnings, from the first one, before issuances are planned.")
        package static let planMoreDelay = Setting<Duration>(
            "issuance.planMoreDelay", .seconds(5),
            "How long a position waits after a hundred issuances of it were planned at once.")
        package static let leaseTime = Setting<Duration>(
            "issuance.leaseTime", .seconds(90), "How long a sender may take; must be longer than cosmo.requestTimeout.")
        package static let settleDelay = Setting<Duration>(
            "issuance.settleDelay", .seconds(60),
            "How long an unknown issuance waits before it is read from Cosmo.")
        package static let absentReads = Setting(
            "issuance.absentReads", 2, "How often an unknown issuance must be found absent before it is resent.")
        package static let onAbsent = Setting(
            "issuance.onAbsent", "resend", "What happens then: resend (the same reference) or operator.")
        package static let confirmAfter = Setting<Duration>(
            "issuance.confirmAfter", .seconds(600),
            "How long an accepted issuance waits for its webhook before it is read from Cosmo.")
        package static let reconcile = Setting(
            "issuance.reconcile", true,
            "Whether each past day is reconciled with Cosmo's transactions; requires cosmo.intervalListing.")
        package static let reconcileAfter = Setting<Duration>(
            "issuance.reconcileAfter", .seconds(10_800), "How long after midnight UTC the previous day is reconciled.")
        package static let recovery = Setting(
            "issuance.recovery", true,
            "Whether issuing stops after a failover or a restore until the books have been compared with Cosmo's.")
        package static let recoveryGap = Setting<Duration>(
            "issuance.recoveryGap", .seconds(120),
            "A time without a heartbeat of any instance that counts as a restore; 0: never. Requires "
                + "cosmo.intervalListing.")
        package static let recoveryMargin = Setting<Duration>(
            "issuance.recoveryMargin", .seconds(900),
            "How long before the newest heartbeat the comparison starts, to allow for clock differences.")
    }

    package enum Service {
        package static let catalogueEvery = Setting<Duration>(
            "programs.refreshEvery", .seconds(300), "How often Cosmo's catalogue is read.")
        package static let operatorKey = Setting<String>(
            "access.operatorKey", nil,
            "A key with the operator role that needs no row in the database: to make the first API clients with.",
            isSecret: true)
        package static let insecure = Setting<String>(
            "security.insecure", nil,
            "Names, separated by commas, of what the start is not refused for: "
                + InsecureSetting.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        package static let sampleCards = Setting(
            "verify.sampleCards", 0,
            "Cards whose books are verified now and then, for /readyz to fail when they do not hold; 0: none.")
        package static let sampleEvery = Setting<Duration>(
            "verify.sampleEvery", .seconds(600), "How long between two such samples.")
        package static let logLevel = Setting(
            "log.level", "info", "trace, debug, info, notice, warning, error or critical.")
        package static let logFormat = Setting("log.format", "text", "text, or json for one object a line.")
        package static let drainTimeout = Setting<Duration>(
            "drain.timeout", .seconds(30), "How long calls under way may go on after SIGTERM.")
    }

    /// Every setting, in the order of the documentation.
    package static let all: [any SettingDescription] = [
        Database.url, Database.poolSize, Database.statementTimeout, Database.lockTimeout,
        Database.idleTransactionTimeout, Database.migrateAtStart,
        RPC.host, RPC.port, RPC.certificate, RPC.key, RPC.clientAuthorities, RPC.authentication, RPC.messageBytesMax,
        RPC.requestTimeout, RPC.requestBytesMax, RPC.connectionsMax, RPC.idleTimeout, RPC.streamsMax, RPC.threads,
        HTTP.host, HTTP.port, HTTP.certificate, HTTP.key, HTTP.bodyBytesMax, HTTP.bodiesBytesMax, HTTP.connectionsMax,
        HTTP.idleTimeout, HTTP.headTimeout, HTTP.bodyTimeout, HTTP.silenceTimeout, HTTP.answerTimeout,
        Webhook.authentication, Webhook.secrets, Webhook.ageMax, Webhook.futureSkewMax, Webhook.basicUsername,
        Webhook.basicPassword, Webhook.oauthClientID, Webhook.oauthClientSecret, Webhook.partsField,
        Webhook.cardField, Webhook.uppercaseSignature, Webhook.senderTimeout, Webhook.workers,
        Cosmo.environment, Cosmo.authBaseURL, Cosmo.apiBaseURL, Cosmo.widgetAuthBaseURL, Cosmo.multibrandWidgetURL,
        Cosmo.purchaseWidgetURL, Cosmo.clientID, Cosmo.clientSecret, Cosmo.tokenEncoding, Cosmo.tokenPath,
        Cosmo.tokenLifetime, Cosmo.tokenRenewal, Cosmo.valueUnit, Cosmo.exactPoints, Cosmo.requestTimeout,
        Cosmo.concurrency, Cosmo.intervalListing, Cosmo.intervalPath, Cosmo.referenceLookup, Cosmo.duplicateStatuses,
        Cosmo.duplicateWords, Cosmo.throttledIsNotApplied, Cosmo.sandboxAccounts,
        Preferences.retryWindow, Preferences.heldWait, Preferences.linkCheckers,
        Spending.lanes, Spending.batchMax, Spending.queueMax, Spending.noLinks, Spending.refused,
        Spending.ownProgram, Spending.heldRelease, Spending.heldLifetime, Spending.deadlineMargin,
        Spending.lateClearing, Spending.lateClearingByCardProgram, Spending.previewLifetime,
        Spending.futureSkewMax, Spending.refundRules, Spending.refundWindowDays,
        Issuance.concurrencyPerProgram, Issuance.planDelay, Issuance.planMoreDelay, Issuance.leaseTime,
        Issuance.settleDelay,
        Issuance.absentReads, Issuance.onAbsent, Issuance.confirmAfter, Issuance.reconcile, Issuance.reconcileAfter,
        Issuance.recovery, Issuance.recoveryGap, Issuance.recoveryMargin,
        WalletPayouts.environment, WalletPayouts.clawback, WalletPayouts.clawbackRetry, WalletPayouts.payoutRetry,
        Wallet.enabled, Wallet.host, Wallet.port, Wallet.certificate, Wallet.key, Wallet.bodyBytesMax,
        Wallet.requestTimeout, Wallet.connectionsMax, Wallet.idleTimeout, Wallet.currencyName, Wallet.currencySymbol,
        Wallet.sandboxCurrencyName,
        Wallet.sandboxCurrencySymbol, Wallet.keyPrefix, Wallet.tokenSecrets, Wallet.tokenLifetime,
        Wallet.requestsPerSecond, Wallet.burst, Wallet.poolEnabled, Wallet.holdTime, Wallet.webhookReach,
        Wallet.webhookTimeout, Wallet.webhookConcurrency,
        Service.catalogueEvery, Service.operatorKey, Service.insecure, Service.sampleCards, Service.sampleEvery,
        Service.logLevel, Service.logFormat, Service.drainTimeout,
    ]
}
