import Cosmo

extension ServiceConfiguration {
    /// Cosmo's settings, checked as the client checks them.
    static func cosmo(_ reader: SettingsReader) async throws -> CosmoConfiguration {
        var templates: [CosmoWidgetKind: String] = [:]
        templates[.multibrand] = try await reader.value(Settings.Cosmo.multibrandWidgetURL)
        templates[.pointExchange] = try await reader.value(Settings.Cosmo.purchaseWidgetURL)
        var cosmo = CosmoConfiguration(
            environment: try await choice(Settings.Cosmo.environment, reader),
            apiBaseURL: try await reader.required(Settings.Cosmo.apiBaseURL),
            credentials: CosmoCredentials(
                clientID: try await reader.required(Settings.Cosmo.clientID),
                clientSecret: try await reader.required(Settings.Cosmo.clientSecret)),
            authBaseURL: try await reader.required(Settings.Cosmo.authBaseURL),
            widgetAuthBaseURL: try await reader.required(Settings.Cosmo.widgetAuthBaseURL),
            widgetLaunchURLTemplates: templates)
        cosmo.tokenEncoding = try await choice(Settings.Cosmo.tokenEncoding, reader)
        cosmo.tokenPath = try await reader.required(Settings.Cosmo.tokenPath)
        cosmo.tokenLifetimeDefault = try await reader.required(Settings.Cosmo.tokenLifetime)
        cosmo.tokenRenewalSkew = try await reader.required(Settings.Cosmo.tokenRenewal)
        cosmo.valueUnit = try await choice(Settings.Cosmo.valueUnit, reader)
        cosmo.pointsModeEnabled = try await reader.required(Settings.Cosmo.exactPoints)
        cosmo.requestTimeout = try await reader.required(Settings.Cosmo.requestTimeout)
        cosmo.concurrentCallsMax = try await positive(Settings.Cosmo.concurrency, reader)
        cosmo.intervalLookupEnabled = try await reader.required(Settings.Cosmo.intervalListing)
        cosmo.intervalPath = try await reader.required(Settings.Cosmo.intervalPath)
        cosmo.referenceLookupEnabled = try await reader.required(Settings.Cosmo.referenceLookup)
        cosmo.duplicateReferenceStatuses = try await statuses(Settings.Cosmo.duplicateStatuses, reader)
        cosmo.duplicateReferenceMarkers = try await list(Settings.Cosmo.duplicateWords, reader)
        cosmo.rateLimitedIssuanceIsNotApplied = try await reader.required(Settings.Cosmo.throttledIsNotApplied)
        cosmo.sandboxOnlyDestinationIDs.formUnion(try await list(Settings.Cosmo.sandboxAccounts, reader))
        if let problem = cosmo.problems().first {
            throw ConfigurationError(setting: "cosmo", problem: problem.description)
        }
        return cosmo
    }

    private static func statuses(_ setting: Setting<String>, _ reader: SettingsReader) async throws -> Set<Int> {
        Set(
            try await list(setting, reader).map { text in
                guard let status = Int(text), (400...599).contains(status) else {
                    throw ConfigurationError(setting: setting.key, problem: "must be statuses such as 409,422")
                }
                return status
            })
    }
}
