package import Cosmo
import Cryptography
package import Issuance
package import Logging
package import PostgreSQL
package import Preferences
package import RPC
import Rewards
package import Spending
import TLS
package import Wallet

/// Everything the service is made from, read and checked before anything is started.
package struct ServiceConfiguration: Sendable {
    /// Where the HTTP door listens.
    package struct HTTPDoor: Sendable {
        package var host: String
        package var port: Int
        package var tls: TLSFiles?
        package var bodyBytesMax: Int
    }

    /// A certificate chain and its key, as PEM files.
    package struct TLSFiles: Sendable {
        package var certificate: String
        package var key: String
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
    package var migrationsDirectory: String
    package var migrateAtStart: Bool
    package var rpc: RPCServerConfiguration
    package var requiresKeys: Bool
    package var operatorKey: String?
    package var http: HTTPDoor
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

    /// Reads every setting.
    ///
    /// **Errors** ``ConfigurationError`` with the first problem found.
    package init(_ reader: SettingsReader) async throws {
        database = PostgresConfiguration(
            connectionString: try await reader.required(Settings.Database.url),
            poolSizeMax: try await Self.positive(Settings.Database.poolSize, reader),
            statementTimeout: try await reader.required(Settings.Database.statementTimeout))
        migrationsDirectory = try await reader.required(Settings.Database.migrationsDirectory)
        migrateAtStart = try await reader.required(Settings.Database.migrateAtStart)
        rpc = try await Self.rpc(reader)
        requiresKeys = try await reader.required(Settings.RPC.authentication)
        operatorKey = try await reader.value(Settings.Service.operatorKey)
        http = HTTPDoor(
            host: try await reader.required(Settings.HTTP.host), port: try await Self.port(Settings.HTTP.port, reader),
            tls: try await Self.tlsFiles(Settings.HTTP.certificate, Settings.HTTP.key, reader),
            bodyBytesMax: try await Self.positive(Settings.HTTP.bodyBytesMax, reader))
        webhook = try await Self.webhook(reader)
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
        wallet = try await Self.wallet(reader, drainTimeout: drainTimeout)
    }

    private static func rpc(_ reader: SettingsReader) async throws -> RPCServerConfiguration {
        let threads = try await reader.required(Settings.RPC.threads)
        var rpc = RPCServerConfiguration(
            host: try await reader.required(Settings.RPC.host), port: try await port(Settings.RPC.port, reader),
            tls: try await rpcTLS(reader),
            eventLoopThreadCount: threads > 0 ? threads : ServiceResources.coreCount)
        rpc.messageBytesMax = try await positive(Settings.RPC.messageBytesMax, reader)
        rpc.connectionsMax = try await positive(Settings.RPC.connectionsMax, reader)
        rpc.concurrentStreamsMax = try await positive(Settings.RPC.streamsMax, reader)
        return rpc
    }

    private static func rpcTLS(_ reader: SettingsReader) async throws -> TLSServerContext? {
        guard let files = try await tlsFiles(Settings.RPC.certificate, Settings.RPC.key, reader) else { return nil }
        do {
            return try TLSServerContext(
                certificateChainPath: files.certificate, privateKeyPath: files.key,
                clientAuthorityPath: try await reader.value(Settings.RPC.clientAuthorities),
                protocols: ["h2"])
        } catch {
            throw ConfigurationError(setting: Settings.RPC.certificate.key, problem: "cannot be used: \(error)")
        }
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
                        "must be given in signature mode, as name:secret (\(Settings.Webhook.secrets.environmentVariable))"
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
            refundAttribution: try await refundAttribution(reader))
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
