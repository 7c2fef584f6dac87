/// Every setting there is. docs/configuration.md is written from this table.
public enum Settings {
    public enum Database {
        public static let url = Setting(
            "database.url", "postgresql:///multibrand",
            "Connection string, URI or key=value; several hosts follow a failover. May hold a password.", isSecret: true)
        public static let poolSize = Setting("database.poolSize", 10, "Connections at most, for all that the service does.")
        public static let statementTimeout = Setting<Duration>(
            "database.statementTimeout", .seconds(30), "A statement that takes longer is cancelled.")
        public static let migrationsDirectory = Setting(
            "migrations.directory", "migrations", "Where the migration files are.")
        public static let migrateAtStart = Setting(
            "migrations.atStart", false, "Whether `serve` brings the schema up to date itself before it starts.")
    }

    public enum RPC {
        public static let host = Setting("rpc.host", "127.0.0.1", "Address the gRPC door listens on.")
        public static let port = Setting("rpc.port", 50051, "Port of the gRPC door; 0 takes a free one.")
        public static let certificate = Setting<String>(
            "rpc.tlsCertificate", nil, "PEM file with the certificate chain; TLS is on when it is given.")
        public static let key = Setting<String>("rpc.tlsKey", nil, "PEM file with the private key.")
        public static let clientAuthorities = Setting<String>(
            "rpc.tlsClientAuthorities", nil, "PEM file; when given, clients must show a certificate one of these signed.")
        public static let authentication = Setting(
            "rpc.authentication", true, "Whether callers must show an API client's key. Off only where nobody else can connect.")
        public static let messageBytesMax = Setting("rpc.messageBytesMax", 4 << 20, "Largest request message, bytes.")
        public static let connectionsMax = Setting("rpc.connectionsMax", 10_000, "Connections at once.")
        public static let streamsMax = Setting("rpc.streamsMax", 1000, "Calls at once on one connection.")
        public static let threads = Setting("rpc.threads", 0, "Event loop threads; 0: one a core.")
    }

    public enum HTTP {
        public static let host = Setting("http.host", "127.0.0.1", "Address the HTTP door listens on: webhooks, health, metrics.")
        public static let port = Setting("http.port", 8080, "Port of the HTTP door; 0 takes a free one.")
        public static let certificate = Setting<String>(
            "http.tlsCertificate", nil, "PEM file with the certificate chain; TLS is on when it is given.")
        public static let key = Setting<String>("http.tlsKey", nil, "PEM file with the private key.")
        public static let bodyBytesMax = Setting("http.bodyBytesMax", 1 << 20, "Largest webhook body, bytes.")
    }

    public enum Webhook {
        public static let authentication = Setting(
            "webhook.authentication", "signature", "How Cosmo proves itself: signature, basic or oauth.")
        public static let secrets = Setting<String>(
            "webhook.secrets", nil, "name:secret, several separated by commas; any of them is accepted.", isSecret: true)
        public static let ageMax = Setting<Duration>("webhook.ageMax", .seconds(300), "Oldest x-timestamp accepted.")
        public static let futureSkewMax = Setting<Duration>(
            "webhook.futureSkewMax", .seconds(300), "How far ahead of our clock an x-timestamp may be.")
        public static let basicUsername = Setting<String>("webhook.basicUsername", nil, "User name in basic mode.")
        public static let basicPassword = Setting<String>("webhook.basicPassword", nil, "Password in basic mode.", isSecret: true)
        public static let oauthClientID = Setting<String>("webhook.oauthClientId", nil, "Client id Cosmo fetches tokens with in oauth mode.")
        public static let oauthClientSecret = Setting<String>(
            "webhook.oauthClientSecret", nil, "Client secret Cosmo fetches tokens with in oauth mode.", isSecret: true)
        public static let partsField = Setting<String>(
            "webhook.partsField", nil, "Path of the share in a connection event, such as allocation.parts; none: shares come from SetAllocation.")
        public static let workers = Setting("webhook.workers", 4, "Deliveries applied at once.")
    }

    public enum Cosmo {
        public static let environment = Setting(
            "cosmo.environment", "sandbox", "sandbox or production; production refuses the sandbox's own account ids.")
        public static let authBaseURL = Setting("cosmo.authBaseUrl", "https://api.cosmopoints.com", "Where tokens are asked for.")
        public static let apiBaseURL = Setting<String>("cosmo.apiBaseUrl", nil, "Where programs and transactions are; Cosmo's portal names the sandbox's.")
        public static let widgetAuthBaseURL = Setting(
            "cosmo.widgetAuthBaseUrl", "https://api.cosmopoints.com", "Where widget tokens are asked for.")
        public static let multibrandWidgetURL = Setting<String>(
            "cosmo.multibrandWidgetUrl", nil, "Address of the Multibrand widget with {token} in it.")
        public static let purchaseWidgetURL = Setting<String>(
            "cosmo.purchaseWidgetUrl", nil, "Address of the Purchase widget with {token} in it.")
        public static let clientID = Setting<String>("cosmo.clientId", nil, "Client id of this environment.")
        public static let clientSecret = Setting<String>("cosmo.clientSecret", nil, "Client secret of this environment.", isSecret: true)
        public static let tokenEncoding = Setting("cosmo.tokenEncoding", "form", "Body of the token call: form, json or camelCaseJSON.")
        public static let valueUnit = Setting("cosmo.valueUnit", "major", "What one of an issue's integer value is: major or minor currency units.")
        public static let requestTimeout = Setting<Duration>("cosmo.requestTimeout", .seconds(30), "How long an answer is waited for.")
        public static let concurrency = Setting("cosmo.concurrency", 16, "Calls to Cosmo at once.")
        public static let intervalListing = Setting(
            "cosmo.intervalListing", true, "Whether Cosmo lists transactions by interval; used to prove that an issue is absent.")
        public static let throttledIsNotApplied = Setting(
            "cosmo.throttledIsNotApplied", false, "Whether an issue answered 429 is known not to have happened.")
    }

    public enum Preferences {
        public static let retryWindow = Setting<Duration>(
            "preferences.retryWindow", .seconds(60), "An equal connection event this soon after another is its retry and does not count.")
        public static let linkCheckers = Setting("preferences.linkCheckers", 4, "Accounts checked with Cosmo at once.")
    }

    public enum Spending {
        public static let lanes = Setting("spending.lanes", 2, "Batches committed at once.")
        public static let batchMax = Setting("spending.batchMax", 256, "Spends in one transaction at most.")
        public static let queueMax = Setting("spending.queueMax", 100_000, "Spends that may wait before callers are turned away.")
        public static let refused = Setting(
            "spending.refused", "exclude", "What happens to an amount every program refuses: exclude or hold.")
        public static let deadlineMargin = Setting<Duration>(
            "spending.deadlineMargin", .milliseconds(20), "A call with less time than this left is not begun.")
    }

    public enum Issuance {
        public static let concurrencyPerProgram = Setting("issuance.concurrencyPerProgram", 8, "Issues to one program at once.")
        public static let planDelay = Setting<Duration>(
            "issuance.planDelay", .seconds(2), "How long earning is gathered before it is issued.")
        public static let leaseTime = Setting<Duration>(
            "issuance.leaseTime", .seconds(90), "How long a sender may take; longer than cosmo.requestTimeout.")
        public static let settleDelay = Setting<Duration>(
            "issuance.settleDelay", .seconds(60), "How long an unknown issue is left alone before it is read from Cosmo.")
        public static let absentReads = Setting(
            "issuance.absentReads", 2, "How often an unknown issue must be found absent before it is sent again.")
        public static let onAbsent = Setting(
            "issuance.onAbsent", "resend", "What happens then: resend (the same reference) or operator.")
        public static let confirmAfter = Setting<Duration>(
            "issuance.confirmAfter", .seconds(600), "How long an accepted issue waits for its webhook before it is read from Cosmo.")
    }

    public enum Service {
        public static let catalogueEvery = Setting<Duration>(
            "programs.refreshEvery", .seconds(300), "How often Cosmo's catalogue is read.")
        public static let operatorKey = Setting<String>(
            "access.operatorKey", nil, "A key with the operator role that needs no row in the database: to make the first API clients with.",
            isSecret: true)
        public static let logLevel = Setting("log.level", "info", "trace, debug, info, notice, warning, error or critical.")
        public static let logFormat = Setting("log.format", "text", "text, or json for one object a line.")
        public static let drainTimeout = Setting<Duration>(
            "drain.timeout", .seconds(30), "How long calls under way may go on after SIGTERM.")
    }

    /// Every setting, in the order of the documentation.
    public static let all: [any SettingDescription] = [
        Database.url, Database.poolSize, Database.statementTimeout, Database.migrationsDirectory, Database.migrateAtStart,
        RPC.host, RPC.port, RPC.certificate, RPC.key, RPC.clientAuthorities, RPC.authentication, RPC.messageBytesMax,
        RPC.connectionsMax, RPC.streamsMax, RPC.threads,
        HTTP.host, HTTP.port, HTTP.certificate, HTTP.key, HTTP.bodyBytesMax,
        Webhook.authentication, Webhook.secrets, Webhook.ageMax, Webhook.futureSkewMax, Webhook.basicUsername,
        Webhook.basicPassword, Webhook.oauthClientID, Webhook.oauthClientSecret, Webhook.partsField, Webhook.workers,
        Cosmo.environment, Cosmo.authBaseURL, Cosmo.apiBaseURL, Cosmo.widgetAuthBaseURL, Cosmo.multibrandWidgetURL,
        Cosmo.purchaseWidgetURL, Cosmo.clientID, Cosmo.clientSecret, Cosmo.tokenEncoding, Cosmo.valueUnit,
        Cosmo.requestTimeout, Cosmo.concurrency, Cosmo.intervalListing, Cosmo.throttledIsNotApplied,
        Preferences.retryWindow, Preferences.linkCheckers,
        Spending.lanes, Spending.batchMax, Spending.queueMax, Spending.refused, Spending.deadlineMargin,
        Issuance.concurrencyPerProgram, Issuance.planDelay, Issuance.leaseTime, Issuance.settleDelay,
        Issuance.absentReads, Issuance.onAbsent, Issuance.confirmAfter,
        Service.catalogueEvery, Service.operatorKey, Service.logLevel, Service.logFormat, Service.drainTimeout,
    ]
}
