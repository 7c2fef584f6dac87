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
    /// **Errors** ``ConfigurationError`` with every problem found.
    package init(_ reader: SettingsReader) async throws {
        let (configuration, problems) = await Self.read(reader)
        if let error = ConfigurationError(problems) { throw error }
        self = configuration
    }

    /// Reads every setting, for checks of a set-up that is not sound.
    ///
    /// - Returns: The configuration, and every problem found. A setting that is wrong or missing has its default or a
    ///   placeholder in the configuration.
    package static func read(_ reader: SettingsReader) async -> (
        configuration: ServiceConfiguration, problems: [SettingProblem]
    ) {
        let check = SettingsCheck(reader)
        let configuration = await ServiceConfiguration(check)
        return (configuration, check.problems)
    }

    private init(_ reader: SettingsCheck) async {
        database = PostgresConfiguration(
            connectionString: await reader.required(Settings.Database.url),
            poolSizeMax: await Self.positive(Settings.Database.poolSize, reader),
            statementTimeout: await reader.required(Settings.Database.statementTimeout),
            lockTimeout: await Self.positive(Settings.Database.lockTimeout, reader),
            idleTransactionTimeout: await Self.positive(Settings.Database.idleTransactionTimeout, reader))
        migrateAtStart = await reader.required(Settings.Database.migrateAtStart)
        let rpcTLS = await Self.tls(
            Settings.RPC.certificate, Settings.RPC.key, clientAuthorities: Settings.RPC.clientAuthorities,
            protocols: ["h2"], reader)
        rpc = await Self.rpc(reader, tls: rpcTLS?.context)
        requiresKeys = await reader.required(Settings.RPC.authentication)
        operatorKey = await Self.operatorKey(reader)
        let httpTLS = await Self.tls(
            Settings.HTTP.certificate, Settings.HTTP.key, protocols: ["http/1.1"], reader)
        http = await Self.http(reader, tls: httpTLS?.context)
        webhook = await Self.webhook(reader)
        webhookSecrets = await Self.webhookSecrets(webhook, reader)
        await Self.refuseIdleCredentials(reader)
        insecure = await Self.insecure(reader)
        webhookPaths = ConnectionEventPayload.Paths(
            parts: await Self.path(Settings.Webhook.partsField, reader),
            cardID: await Self.path(Settings.Webhook.cardField, reader))
        cosmo = await Self.cosmo(reader)
        spending = await Self.spending(reader)
        issuance = await Self.issuance(reader)
        walletEnvironment = await Self.walletEnvironment(reader)
        workers = Workers(
            inbox: await Self.positive(Settings.Webhook.workers, reader),
            linkCheckers: await Self.positive(Settings.Preferences.linkCheckers, reader),
            catalogueEvery: await reader.required(Settings.Service.catalogueEvery),
            retryRule: RetryRule(
                window: await reader.required(Settings.Preferences.retryWindow),
                heldWait: await reader.required(Settings.Preferences.heldWait)),
            senderTimeout: await reader.required(Settings.Webhook.senderTimeout))
        booksSampling = BooksSampling(
            cards: max(0, await reader.required(Settings.Service.sampleCards)),
            every: max(.seconds(1), await reader.required(Settings.Service.sampleEvery)))
        log = await Self.log(reader)
        drainTimeout = await reader.required(Settings.Service.drainTimeout)
        rpc.drainDeadline = drainTimeout
        let walletTLS = await Self.tls(
            Settings.Wallet.certificate, Settings.Wallet.key, protocols: ["http/1.1"], reader)
        wallet = await Self.wallet(reader, tls: walletTLS?.context, http: http, drainTimeout: drainTimeout)
        certificates = [
            rpcTLS?.certificate, httpTLS?.certificate, wallet.isEnabled ? walletTLS?.certificate : nil,
        ].compactMap { $0 }
    }

    private static func operatorKey(_ reader: SettingsCheck) async -> String? {
        let key = await reader.value(Settings.Service.operatorKey)
        if let key, !AuthorizationField.isToken68(key.utf8) {
            await reader.note(
                Settings.Service.operatorKey,
                "must be letters, digits and -._~+/ only, since it is sent in a header: `openssl rand -hex 32` makes "
                    + "one")
        }
        return key
    }

    private static func rpc(_ reader: SettingsCheck, tls: TLSServerContext?) async -> RPCServerConfiguration {
        let threads = await reader.required(Settings.RPC.threads)
        var rpc = RPCServerConfiguration(
            host: await reader.required(Settings.RPC.host), port: await port(Settings.RPC.port, reader),
            tls: tls,
            eventLoopThreadCount: threads > 0 ? threads : ServiceResources.coreCount)
        rpc.messageBytesMax = await positive(Settings.RPC.messageBytesMax, reader)
        rpc.requestTimeout = await positive(Settings.RPC.requestTimeout, reader)
        rpc.requestBytesMax = await positive(Settings.RPC.requestBytesMax, reader)
        if rpc.requestBytesMax / 4 < rpc.messageBytesMax {
            await reader.note(
                Settings.RPC.requestBytesMax,
                "must be at least four times \(Settings.RPC.messageBytesMax.key), or no connection could send one")
        }
        rpc.requestBytesPerConnectionMax = rpc.requestBytesMax / 4
        rpc.connectionsMax = await connections(Settings.RPC.connectionsMax, reader)
        rpc.idleTimeout = await positive(Settings.RPC.idleTimeout, reader)
        rpc.concurrentStreamsMax = await positive(Settings.RPC.streamsMax, reader)
        return rpc
    }

    private static func http(_ reader: SettingsCheck, tls: TLSServerContext?) async -> HTTPListener {
        var limits = HTTPConnectionLimits()
        limits.idleTimeout = await positive(Settings.HTTP.idleTimeout, reader)
        limits.headTimeout = await positive(Settings.HTTP.headTimeout, reader)
        limits.bodyTimeout = await positive(Settings.HTTP.bodyTimeout, reader)
        limits.bodySilenceMax = await positive(Settings.HTTP.silenceTimeout, reader)
        limits.answerTimeout = await positive(Settings.HTTP.answerTimeout, reader)
        let bodyBytesMax = await positive(Settings.HTTP.bodyBytesMax, reader)
        let bodiesBytesMax = await positive(Settings.HTTP.bodiesBytesMax, reader)
        if bodiesBytesMax < bodyBytesMax {
            await reader.note(
                Settings.HTTP.bodiesBytesMax,
                "must be at least \(Settings.HTTP.bodyBytesMax.key), or a body of that size is never accepted")
        }
        return HTTPListener(
            host: await reader.required(Settings.HTTP.host), port: await port(Settings.HTTP.port, reader),
            tls: tls, bodyBytesMax: bodyBytesMax,
            connectionsMax: await connections(Settings.HTTP.connectionsMax, reader), limits: limits,
            bodies: BodyBudget(bytesMax: bodiesBytesMax))
    }

    private static func webhook(_ reader: SettingsCheck) async -> WebhookAuthentication {
        let signature = WebhookSignature(
            secrets: await secrets(reader), ageMax: await reader.required(Settings.Webhook.ageMax),
            futureSkewMax: await reader.required(Settings.Webhook.futureSkewMax),
            acceptsUppercaseHex: await reader.required(Settings.Webhook.uppercaseSignature))
        let mode = await reader.required(
            Settings.Webhook.authentication, "must be signature, basic or oauth"
        ) { ["signature", "basic", "oauth"].contains($0) }
        switch mode {
        case "basic":
            let credential = WebhookBasicCredential(
                username: await reader.required(Settings.Webhook.basicUsername),
                password: await reader.required(Settings.Webhook.basicPassword))
            return WebhookAuthentication(mode: .basic([credential]), signature: signature)
        case "oauth":
            let secret = await reader.required(Settings.Webhook.oauthClientSecret)
            // Derived, so that every instance behind a balancer accepts the tokens that any of them made.
            let signingKey = HMACSHA256.authenticationCode(for: Array("webhook token".utf8), key: Array(secret.utf8))
            let endpoint = WebhookTokenEndpoint(
                clientID: await reader.required(Settings.Webhook.oauthClientID), clientSecret: secret,
                signingKey: signingKey)
            return WebhookAuthentication(mode: .oauth(endpoint), signature: signature)
        default:
            if signature.secrets.isEmpty, reader.isSound(Settings.Webhook.authentication) {
                await reader.note(
                    Settings.Webhook.secrets,
                    "must be given in signature mode, as name:secret "
                        + "(\(Settings.Webhook.secrets.environmentVariable))")
            }
            return WebhookAuthentication(mode: .signature, signature: signature)
        }
    }

    private static func secrets(_ reader: SettingsCheck) async -> [WebhookSecret] {
        let text = await reader.value(Settings.Webhook.secrets) ?? ""
        let pairs = text.split(separator: ",")
        let secrets = pairs.compactMap { pair -> WebhookSecret? in
            let parts = pair.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
            return WebhookSecret(
                name: parts[0].trimmingPrefix(while: \.isWhitespace).description, secret: String(parts[1]))
        }
        if secrets.count < pairs.count {
            await reader.note(Settings.Webhook.secrets, "must read name:secret,name:secret")
        }
        return secrets
    }

    private static func spending(_ reader: SettingsCheck) async -> SpendingConfiguration {
        SpendingConfiguration(
            lanes: await positive(Settings.Spending.lanes, reader),
            spendsPerBatchMax: await positive(Settings.Spending.batchMax, reader),
            spendsQueuedMax: await positive(Settings.Spending.queueMax, reader),
            timeLeftMin: await reader.required(Settings.Spending.deadlineMargin),
            fallback: await fallback(reader),
            lateClearing: await lateClearing(reader), previewLifetime: await previewLifetime(reader),
            refundAttribution: await refundAttribution(reader),
            releasesHeldByItself: await releasesHeldByItself(reader), heldLifetime: await heldLifetime(reader),
            times: TimeRule(futureSkewMax: await reader.required(Settings.Spending.futureSkewMax)))
    }

    private static func issuance(_ reader: SettingsCheck) async -> IssuanceConfiguration {
        var issuance = IssuanceConfiguration()
        issuance.valueUnit = await choice(Settings.Cosmo.valueUnit, reader)
        issuance.planDelay = await reader.required(Settings.Issuance.planDelay)
        issuance.planMoreDelay = await reader.required(Settings.Issuance.planMoreDelay)
        issuance.concurrentSendsPerProgramMax = await positive(Settings.Issuance.concurrencyPerProgram, reader)
        issuance.concurrentSendsMax = await positive(Settings.Cosmo.concurrency, reader)
        issuance.settlement.leaseDuration = await reader.required(Settings.Issuance.leaseTime)
        issuance.settlement.settleDelay = await reader.required(Settings.Issuance.settleDelay)
        issuance.settlement.absentReadsRequired = await reader.required(Settings.Issuance.absentReads)
        issuance.settlement.confirmDelay = await reader.required(Settings.Issuance.confirmAfter)
        issuance.isReferenceLookupEnabled = await reader.required(Settings.Cosmo.referenceLookup)
        issuance.isIntervalLookupEnabled = await reader.required(Settings.Cosmo.intervalListing)
        issuance.onAbsent = await choice(Settings.Issuance.onAbsent, reader)
        issuance.isReconciliationEnabled = await reader.required(Settings.Issuance.reconcile)
        issuance.reconcileAfter = await reader.required(Settings.Issuance.reconcileAfter)
        issuance.isRecoveryEnabled = await reader.required(Settings.Issuance.recovery)
        let gap = await reader.required(Settings.Issuance.recoveryGap)
        issuance.recoveryGap = gap == .zero ? nil : gap
        issuance.recoveryMargin = await reader.required(Settings.Issuance.recoveryMargin)
        await walletPayouts(&issuance, reader)
        await refuse(issuance, reader)
        return issuance
    }

    /// Notes what cannot work in the settings of issuance, each by its own name where it has one.
    private static func refuse(_ issuance: IssuanceConfiguration, _ reader: SettingsCheck) async {
        let day = Duration.seconds(86_400)
        let seen = reader.problems.count
        if issuance.settlement.leaseDuration <= issuance.leaseMargin {
            await reader.note(
                Settings.Issuance.leaseTime,
                "must be longer than \(issuance.leaseMargin.settingText), and longer than "
                    + Settings.Cosmo.requestTimeout.key)
        }
        if issuance.settlement.absentReadsRequired < 2 {
            await reader.note(Settings.Issuance.absentReads, "must be at least 2, since one read proves nothing")
        }
        if let gap = issuance.recoveryGap, gap <= issuance.heartbeatInterval * 2 {
            await reader.note(
                Settings.Issuance.recoveryGap,
                "must be 0s, or longer than two heartbeats of \(issuance.heartbeatInterval.settingText)")
        }
        if issuance.recoveryMargin > day { await reader.note(Settings.Issuance.recoveryMargin, "must be at most 24h") }
        if issuance.reconcileAfter > day { await reader.note(Settings.Issuance.reconcileAfter, "must be at most 24h") }
        guard reader.problems.count == seen else { return }
        for problem in issuance.problems() { reader.note(SettingProblem(setting: "issuance", problem: problem)) }
    }

    private static func log(_ reader: SettingsCheck) async -> Log {
        let format = await reader.required(Settings.Service.logFormat, "must be text or json") {
            ["text", "json"].contains($0)
        }
        return Log(level: await choice(Settings.Service.logLevel, reader), isJSON: format == "json")
    }
}
