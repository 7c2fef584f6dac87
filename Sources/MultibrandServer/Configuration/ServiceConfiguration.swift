import Admission
package import Cosmo
import Cryptography
package import HTTPDoor
package import Issuance
package import Logging
package import PostgreSQL
package import Preferences
package import RPC
import Rewards
package import Spending
package import TLS
package import Wallet

/// Everything the service is made from, read and checked before anything is started.
package struct ServiceConfiguration: Sendable {
    /// Where the HTTP door listens.
    package struct HTTPListener: Sendable {
        package var host: String
        package var port: Int
        package var tls: TLSServerContext?
        package var bodyBytesMax: Int
        package var connectionsMax: Int
        /// What a connection bears, of this door and of the wallet's.
        package var limits: HTTPConnectionLimits
        /// How many bytes of bodies both doors hold at once.
        package var bodies: BodyBudget
    }

    /// A certificate chain and its key, as PEM files.
    struct TLSFiles: Sendable {
        var certificate: String
        var key: String
    }

    /// How often and how many, for the workers.
    package struct Workers: Sendable {
        package var inbox: Int
        package var linkCheckers: Int
        package var catalogueEvery: Duration
        package var retryRule: RetryRule
        package var senderTimeout: Duration
    }

    /// How much of the books is verified now and then, for readiness.
    package struct BooksSampling: Sendable {
        /// Zero for none.
        package var cards: Int
        package var every: Duration
    }

    /// How the process writes its log.
    package struct Log: Sendable {
        package var level: Logger.Level
        package var isJSON: Bool
    }

    package var database: PostgresConfiguration
    package var migrateAtStart: Bool
    package var rpc: RPCServerConfiguration
    package var requiresKeys: Bool
    package var operatorKey: String?
    package var http: HTTPListener
    package var webhook: WebhookAuthentication
    package var webhookPaths: ConnectionEventPayload.Paths
    package var cosmo: CosmoConfiguration
    package var spending: SpendingConfiguration
    package var issuance: IssuanceConfiguration
    /// Which of the wallet's worlds programs pay into.
    package var walletEnvironment: WalletEnvironment
    package var workers: Workers
    package var booksSampling: BooksSampling
    package var wallet: Wallet
    package var log: Log
    package var drainTimeout: Duration
    /// Weaknesses that the start is not refused for.
    package var insecure: Set<InsecureSetting>
    /// The certificates of all doors that listen and have one.
    package var certificates: [Certificate]
    let webhookSecrets: [SecretLength]
    /// Descriptors that something else in this process takes, such as the sandbox of `dev`.
    package var descriptorsTakenElsewhere = 0

    /// Reads every setting.
    ///
    /// **Errors** ``ConfigurationError`` with the first problem found.
    package init(_ reader: SettingsReader) async throws {
        database = PostgresConfiguration(
            connectionString: try await reader.required(Settings.Database.url),
            poolSizeMax: try await Self.positive(Settings.Database.poolSize, reader),
            statementTimeout: try await reader.required(Settings.Database.statementTimeout),
            lockTimeout: try await Self.positive(Settings.Database.lockTimeout, reader),
            idleTransactionTimeout: try await Self.positive(Settings.Database.idleTransactionTimeout, reader))
        migrateAtStart = try await reader.required(Settings.Database.migrateAtStart)
        let rpcTLS = try await Self.tls(
            Settings.RPC.certificate, Settings.RPC.key, clientAuthorities: Settings.RPC.clientAuthorities,
            protocols: ["h2"], reader)
        rpc = try await Self.rpc(reader, tls: rpcTLS?.context)
        requiresKeys = try await reader.required(Settings.RPC.authentication)
        operatorKey = try await Self.operatorKey(reader)
        let httpTLS = try await Self.tls(
            Settings.HTTP.certificate, Settings.HTTP.key, protocols: ["http/1.1"], reader)
        http = try await Self.http(reader, tls: httpTLS?.context)
        webhook = try await Self.webhook(reader)
        webhookSecrets = try await Self.webhookSecrets(webhook, reader)
        try await Self.refuseIdleCredentials(reader)
        insecure = try await Self.insecure(reader)
        webhookPaths = ConnectionEventPayload.Paths(
            parts: try await Self.path(Settings.Webhook.partsField, reader),
            cardID: try await Self.path(Settings.Webhook.cardField, reader))
        cosmo = try await Self.cosmo(reader)
        spending = try await Self.spending(reader)
        issuance = try await Self.issuance(reader)
        walletEnvironment = try await Self.walletEnvironment(reader)
        workers = Workers(
            inbox: try await Self.positive(Settings.Webhook.workers, reader),
            linkCheckers: try await Self.positive(Settings.Preferences.linkCheckers, reader),
            catalogueEvery: try await reader.required(Settings.Service.catalogueEvery),
            retryRule: RetryRule(
                window: try await reader.required(Settings.Preferences.retryWindow),
                heldWait: try await reader.required(Settings.Preferences.heldWait)),
            senderTimeout: try await reader.required(Settings.Webhook.senderTimeout))
        booksSampling = BooksSampling(
            cards: max(0, try await reader.required(Settings.Service.sampleCards)),
            every: max(.seconds(1), try await reader.required(Settings.Service.sampleEvery)))
        log = try await Self.log(reader)
        drainTimeout = try await reader.required(Settings.Service.drainTimeout)
        rpc.drainDeadline = drainTimeout
        let walletTLS = try await Self.tls(
            Settings.Wallet.certificate, Settings.Wallet.key, protocols: ["http/1.1"], reader)
        wallet = try await Self.wallet(reader, tls: walletTLS?.context, http: http, drainTimeout: drainTimeout)
        certificates = [
            rpcTLS?.certificate, httpTLS?.certificate, wallet.isEnabled ? walletTLS?.certificate : nil,
        ].compactMap { $0 }
    }

    private static func operatorKey(_ reader: SettingsReader) async throws -> String? {
        let key = try await reader.value(Settings.Service.operatorKey)
        guard let key, !AuthorizationField.isToken68(key.utf8) else { return key }
        throw ConfigurationError(
            setting: Settings.Service.operatorKey.key,
            problem:
                "must be letters, digits and -._~+/ only, since it is sent in a header: `openssl rand -hex 32` makes "
                + "one"
        )
    }

    private static func rpc(_ reader: SettingsReader, tls: TLSServerContext?) async throws -> RPCServerConfiguration {
        let threads = try await reader.required(Settings.RPC.threads)
        var rpc = RPCServerConfiguration(
            host: try await reader.required(Settings.RPC.host), port: try await port(Settings.RPC.port, reader),
            tls: tls,
            eventLoopThreadCount: threads > 0 ? threads : ServiceResources.coreCount)
        rpc.messageBytesMax = try await positive(Settings.RPC.messageBytesMax, reader)
        rpc.requestTimeout = try await positive(Settings.RPC.requestTimeout, reader)
        rpc.requestBytesMax = try await positive(Settings.RPC.requestBytesMax, reader)
        guard rpc.requestBytesMax / 4 >= rpc.messageBytesMax else {
            throw ConfigurationError(
                setting: Settings.RPC.requestBytesMax.key,
                problem:
                    "must be at least four times \(Settings.RPC.messageBytesMax.key), or no connection could send one")
        }
        rpc.requestBytesPerConnectionMax = rpc.requestBytesMax / 4
        rpc.connectionsMax = try await connections(Settings.RPC.connectionsMax, reader)
        rpc.idleTimeout = try await positive(Settings.RPC.idleTimeout, reader)
        rpc.concurrentStreamsMax = try await positive(Settings.RPC.streamsMax, reader)
        return rpc
    }

    private static func http(_ reader: SettingsReader, tls: TLSServerContext?) async throws -> HTTPListener {
        var limits = HTTPConnectionLimits()
        limits.idleTimeout = try await positive(Settings.HTTP.idleTimeout, reader)
        limits.headTimeout = try await positive(Settings.HTTP.headTimeout, reader)
        limits.bodyTimeout = try await positive(Settings.HTTP.bodyTimeout, reader)
        limits.bodySilenceMax = try await positive(Settings.HTTP.silenceTimeout, reader)
        limits.answerTimeout = try await positive(Settings.HTTP.answerTimeout, reader)
        let bodyBytesMax = try await positive(Settings.HTTP.bodyBytesMax, reader)
        let bodiesBytesMax = try await positive(Settings.HTTP.bodiesBytesMax, reader)
        guard bodiesBytesMax >= bodyBytesMax else {
            throw ConfigurationError(
                setting: Settings.HTTP.bodiesBytesMax.key,
                problem:
                    "must be at least \(Settings.HTTP.bodyBytesMax.key), or no body of that size could ever come in")
        }
        return HTTPListener(
            host: try await reader.required(Settings.HTTP.host), port: try await port(Settings.HTTP.port, reader),
            tls: tls, bodyBytesMax: bodyBytesMax,
            connectionsMax: try await connections(Settings.HTTP.connectionsMax, reader), limits: limits,
            bodies: BodyBudget(bytesMax: bodiesBytesMax))
    }

    private static func webhook(_ reader: SettingsReader) async throws -> WebhookAuthentication {
        let signature = WebhookSignature(
            secrets: try await secrets(reader), ageMax: try await reader.required(Settings.Webhook.ageMax),
            futureSkewMax: try await reader.required(Settings.Webhook.futureSkewMax),
            acceptsUppercaseHex: try await reader.required(Settings.Webhook.uppercaseSignature))
        switch try await reader.required(Settings.Webhook.authentication) {
        case "signature":
            guard !signature.secrets.isEmpty else {
                throw ConfigurationError(
                    setting: Settings.Webhook.secrets.key,
                    problem:
                        "must be given in signature mode, as name:secret "
                        + "(\(Settings.Webhook.secrets.environmentVariable))"
                )
            }
            return WebhookAuthentication(mode: .signature, signature: signature)
        case "basic":
            let credential = WebhookBasicCredential(
                username: try await reader.required(Settings.Webhook.basicUsername),
                password: try await reader.required(Settings.Webhook.basicPassword))
            return WebhookAuthentication(mode: .basic([credential]), signature: signature)
        case "oauth":
            let secret = try await reader.required(Settings.Webhook.oauthClientSecret)
            // Derived, so that every instance behind a balancer accepts the tokens that any of them made.
            let signingKey = HMACSHA256.authenticationCode(for: Array("webhook token".utf8), key: Array(secret.utf8))
            let endpoint = WebhookTokenEndpoint(
                clientID: try await reader.required(Settings.Webhook.oauthClientID), clientSecret: secret,
                signingKey: signingKey)
            return WebhookAuthentication(mode: .oauth(endpoint), signature: signature)
        default:
            throw ConfigurationError(
                setting: Settings.Webhook.authentication.key, problem: "must be signature, basic or oauth")
        }
    }

    private static func secrets(_ reader: SettingsReader) async throws -> [WebhookSecret] {
        let text = try await reader.value(Settings.Webhook.secrets) ?? ""
        return try text.split(separator: ",").map { pair in
            let parts = pair.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw ConfigurationError(
                    setting: Settings.Webhook.secrets.key, problem: "must read name:secret,name:secret")
            }
            return WebhookSecret(
                name: parts[0].trimmingPrefix(while: \.isWhitespace).description, secret: String(parts[1]))
        }
    }

    private static func spending(_ reader: SettingsReader) async throws -> SpendingConfiguration {
        SpendingConfiguration(
            lanes: try await positive(Settings.Spending.lanes, reader),
            spendsPerBatchMax: try await positive(Settings.Spending.batchMax, reader),
            spendsQueuedMax: try await positive(Settings.Spending.queueMax, reader),
            timeLeftMin: try await reader.required(Settings.Spending.deadlineMargin),
            fallback: try await fallback(reader),
            lateClearing: try await lateClearing(reader), previewLifetime: try await previewLifetime(reader),
            refundAttribution: try await refundAttribution(reader),
            releasesHeldByItself: try await releasesHeldByItself(reader), heldLifetime: try await heldLifetime(reader),
            times: TimeRule(futureSkewMax: try await reader.required(Settings.Spending.futureSkewMax)))
    }

    private static func issuance(_ reader: SettingsReader) async throws -> IssuanceConfiguration {
        var issuance = IssuanceConfiguration()
        issuance.valueUnit = try await choice(Settings.Cosmo.valueUnit, reader)
        issuance.planDelay = try await reader.required(Settings.Issuance.planDelay)
        issuance.planMoreDelay = try await reader.required(Settings.Issuance.planMoreDelay)
        issuance.concurrentSendsPerProgramMax = try await positive(Settings.Issuance.concurrencyPerProgram, reader)
        issuance.concurrentSendsMax = try await positive(Settings.Cosmo.concurrency, reader)
        issuance.settlement.leaseDuration = try await reader.required(Settings.Issuance.leaseTime)
        issuance.settlement.settleDelay = try await reader.required(Settings.Issuance.settleDelay)
        issuance.settlement.absentReadsRequired = try await reader.required(Settings.Issuance.absentReads)
        issuance.settlement.confirmDelay = try await reader.required(Settings.Issuance.confirmAfter)
        issuance.isReferenceLookupEnabled = try await reader.required(Settings.Cosmo.referenceLookup)
        issuance.isIntervalLookupEnabled = try await reader.required(Settings.Cosmo.intervalListing)
        issuance.onAbsent = try await choice(Settings.Issuance.onAbsent, reader)
        issuance.isReconciliationEnabled = try await reader.required(Settings.Issuance.reconcile)
        issuance.reconcileAfter = try await reader.required(Settings.Issuance.reconcileAfter)
        issuance.isRecoveryEnabled = try await reader.required(Settings.Issuance.recovery)
        let gap = try await reader.required(Settings.Issuance.recoveryGap)
        issuance.recoveryGap = gap == .zero ? nil : gap
        issuance.recoveryMargin = try await reader.required(Settings.Issuance.recoveryMargin)
        try await walletPayouts(&issuance, reader)
        if let problem = issuance.problems().first { throw ConfigurationError(setting: "issuance", problem: problem) }
        return issuance
    }

    private static func log(_ reader: SettingsReader) async throws -> Log {
        let text = try await reader.required(Settings.Service.logLevel)
        guard let level = Logger.Level(rawValue: text) else {
            throw ConfigurationError(
                setting: Settings.Service.logLevel.key,
                problem: "must be one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        switch try await reader.required(Settings.Service.logFormat) {
        case "text": return Log(level: level, isJSON: false)
        case "json": return Log(level: level, isJSON: true)
        default: throw ConfigurationError(setting: Settings.Service.logFormat.key, problem: "must be text or json")
        }
    }
}
