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
        cosmo.valueUnit = try await choice(Settings.Cosmo.valueUnit, reader)
        cosmo.requestTimeout = try await reader.required(Settings.Cosmo.requestTimeout)
        cosmo.concurrentCallsMax = try await positive(Settings.Cosmo.concurrency, reader)
        cosmo.intervalLookupEnabled = try await reader.required(Settings.Cosmo.intervalListing)
        cosmo.referenceLookupEnabled = try await reader.required(Settings.Cosmo.referenceLookup)
        cosmo.rateLimitedIssueIsNotApplied = try await reader.required(Settings.Cosmo.throttledIsNotApplied)
        if let problem = cosmo.problems().first {
            throw ConfigurationError(setting: "cosmo", problem: problem.description)
        }
        return cosmo
    }
}
