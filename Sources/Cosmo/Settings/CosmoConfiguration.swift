/// Everything about Cosmo that differs between environments or that its documents leave open.
///
/// Each fact the contract marks as inferred is a property here with the contract's default, so that settling an unknown
/// is a change of configuration, never of code. docs/cosmo.md lists them with how to settle each.
///
/// **Guarantees**: printing a configuration never shows a secret.
package struct CosmoConfiguration: Sendable {
    /// The environment; `production` switches the refusal of sandbox-only member ids on.
    package var environment: CosmoEnvironment
    /// Where tokens come from, without a trailing slash. Cosmo's sandbox uses the production host for it.
    package var authBaseURL: String
    /// Where programs and transactions live, without a trailing slash. The sandbox's host has no default.
    package var apiBaseURL: String
    /// Where widget tokens come from, without a trailing slash.
    package var widgetAuthBaseURL: String
    /// The page that opens each widget, with `{token}` where the access token goes.
    package var widgetLaunchURLTemplates: [CosmoWidgetKind: String]
    /// The credential pair of this environment.
    package var credentials: CosmoCredentials

    /// The path of the token call below `authBaseURL`.
    package var tokenPath = "/auth/token"
    /// How the credentials are written into the token call.
    package var tokenEncoding = CosmoTokenEncoding.form
    /// How long before its end a token is renewed.
    package var tokenRenewalSkew = Duration.seconds(60)
    /// The lifetime of a token whose answer does not name one.
    package var tokenLifetimeDefault = Duration.seconds(600)

    /// How long one exchange may take, from asking for a connection to the last byte of the answer.
    package var requestTimeout = Duration.seconds(30)
    /// How long opening one connection may take.
    package var connectTimeout = Duration.seconds(5)
    /// How many calls may be in flight at once; further calls wait their turn.
    package var concurrentCallsMax = 32
    /// The largest answer that is read, in bytes.
    package var answerBytesMax = 32 * 1024 * 1024

    /// What one unit of `value` is worth.
    package var valueUnit = CosmoValueUnit.major
    /// Whether exact-points issuance (`currency: POINTS`) is enabled for this organisation.
    package var pointsModeEnabled = true
    /// Whether a transaction can be read by its reference number (contract section 5.3, unknown 10).
    package var referenceLookupEnabled = true
    /// Whether transactions can be listed by interval, the fallback of the above (section 5.4, unknown 17).
    package var intervalLookupEnabled = true
    /// The path of the interval listing below `apiBaseURL`.
    package var intervalPath = "/transactions"
    /// The statuses by which an issuance call says that its reference number was used before.
    package var duplicateReferenceStatuses: Set<Int> = [409]
    /// Words in a 400 or 422 answer's message that mean the same, compared without case; empty switches it off.
    package var duplicateReferenceMarkers = ["duplicate"]
    /// Whether a 429 answer to an issuance call proves that nothing was issued; the contract says not to assume it.
    package var rateLimitedIssuanceIsNotApplied = false
    /// Member ids that exist in the sandbox only; a production client refuses to send them (section 6.1).
    package var sandboxOnlyDestinationIDs: Set<String> = Self.documentedSandboxOnlyDestinationIDs

    /// Makes a configuration with the contract's defaults.
    ///
    /// Parameters that have no safe default must be given: the API's address and the credentials. `authBaseURL` and
    /// `widgetAuthBaseURL` default to Cosmo's production host, the only address its pages name.
    package init(
        environment: CosmoEnvironment,
        apiBaseURL: String,
        credentials: CosmoCredentials,
        authBaseURL: String = CosmoConfiguration.productionBaseURL,
        widgetAuthBaseURL: String = CosmoConfiguration.productionBaseURL,
        widgetLaunchURLTemplates: [CosmoWidgetKind: String] = [:]
    ) {
        self.environment = environment
        self.apiBaseURL = apiBaseURL
        self.credentials = credentials
        self.authBaseURL = authBaseURL
        self.widgetAuthBaseURL = widgetAuthBaseURL
        self.widgetLaunchURLTemplates = widgetLaunchURLTemplates
    }

    /// Cosmo's production API, the only host its public pages name (contract section 1).
    package static let productionBaseURL = "https://api.cosmopoints.com"

    /// The assumed table of contract section 6.1; the real ids come with the account and are added by configuration.
    package static let documentedSandboxOnlyDestinationIDs: Set<String> = [
        "SIM-INVALID-MEMBER", "SIM-TOKEN-EXPIRED", "SIM-MISSING-FIELD", "SIM-VALUE-LIMIT", "SIM-POINTS-LIMIT",
        "SIM-BAD-PROGRAM", "SIM-NO-PARTNERSHIP", "SIM-SERVER-ERROR", "SIM-TIMEOUT-COMMITTED", "SIM-TIMEOUT-LOST",
    ]
}

extension CosmoConfiguration {
    /// Every setting that cannot work, in a stable order; empty when the configuration is usable.
    package func problems() -> [CosmoConfigurationError] {
        var found: [CosmoConfigurationError] = []
        func require(_ holds: Bool, _ setting: String, _ message: String) {
            if !holds { found.append(CosmoConfigurationError(setting: setting, message: message)) }
        }
        for (setting, url) in [
            ("authBaseURL", authBaseURL), ("apiBaseURL", apiBaseURL), ("widgetAuthBaseURL", widgetAuthBaseURL),
        ] {
            let isSecure = url.hasPrefix("https://")
            require(isSecure || url.hasPrefix("http://"), setting, "must begin with https:// (or http:// in a sandbox)")
            require(!url.hasSuffix("/"), setting, "must not end with a slash")
            require(
                environment == .sandbox || isSecure, setting,
                "production needs https://, because the token and the member's account travel in it")
        }
        for (kind, template) in widgetLaunchURLTemplates.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            require(
                template.contains("{token}"), "widgetLaunchURLTemplates.\(kind.rawValue)",
                "must contain {token}, where the access token goes")
        }
        require(!credentials.clientID.isEmpty, "credentials.clientID", "is empty; copy it from Cosmo's portal")
        require(!credentials.clientSecret.isEmpty, "credentials.clientSecret", "is empty; copy it from Cosmo's portal")
        require(concurrentCallsMax > 0, "concurrentCallsMax", "must be at least 1")
        require(answerBytesMax >= 1024, "answerBytesMax", "must be at least 1024 bytes")
        require(requestTimeout > .zero, "requestTimeout", "must be longer than zero")
        require(connectTimeout > .zero, "connectTimeout", "must be longer than zero")
        require(tokenLifetimeDefault > .zero, "tokenLifetimeDefault", "must be longer than zero")
        require(tokenPath.hasPrefix("/"), "tokenPath", "must begin with a slash")
        require(intervalPath.hasPrefix("/"), "intervalPath", "must begin with a slash")
        return found
    }
}
