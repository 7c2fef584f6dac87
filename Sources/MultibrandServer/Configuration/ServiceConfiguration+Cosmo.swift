import Cosmo

extension ServiceConfiguration {
    /// Cosmo's settings, checked as the client checks them.
    static func cosmo(_ reader: SettingsCheck) async -> CosmoConfiguration {
        var templates: [CosmoWidgetKind: String] = [:]
        templates[.multibrand] = await reader.value(Settings.Cosmo.multibrandWidgetURL)
        templates[.pointExchange] = await reader.value(Settings.Cosmo.purchaseWidgetURL)
        var cosmo = CosmoConfiguration(
            environment: await choice(Settings.Cosmo.environment, reader),
            apiBaseURL: await reader.required(Settings.Cosmo.apiBaseURL),
            credentials: CosmoCredentials(
                clientID: await reader.required(Settings.Cosmo.clientID),
                clientSecret: await reader.required(Settings.Cosmo.clientSecret)),
            authBaseURL: await reader.required(Settings.Cosmo.authBaseURL),
            widgetAuthBaseURL: await reader.required(Settings.Cosmo.widgetAuthBaseURL),
            widgetLaunchURLTemplates: templates)
        cosmo.tokenEncoding = await choice(Settings.Cosmo.tokenEncoding, reader)
        cosmo.tokenPath = await reader.required(Settings.Cosmo.tokenPath)
        cosmo.tokenLifetimeDefault = await reader.required(Settings.Cosmo.tokenLifetime)
        cosmo.tokenRenewalSkew = await reader.required(Settings.Cosmo.tokenRenewal)
        cosmo.valueUnit = await choice(Settings.Cosmo.valueUnit, reader)
        cosmo.pointsModeEnabled = await reader.required(Settings.Cosmo.exactPoints)
        cosmo.requestTimeout = await reader.required(Settings.Cosmo.requestTimeout)
        cosmo.concurrentCallsMax = await positive(Settings.Cosmo.concurrency, reader)
        cosmo.intervalLookupEnabled = await reader.required(Settings.Cosmo.intervalListing)
        cosmo.intervalPath = await reader.required(Settings.Cosmo.intervalPath)
        cosmo.referenceLookupEnabled = await reader.required(Settings.Cosmo.referenceLookup)
        cosmo.duplicateReferenceStatuses = await statuses(Settings.Cosmo.duplicateStatuses, reader)
        cosmo.duplicateReferenceMarkers = await list(Settings.Cosmo.duplicateWords, reader)
        cosmo.rateLimitedIssuanceIsNotApplied = await reader.required(Settings.Cosmo.throttledIsNotApplied)
        cosmo.sandboxOnlyDestinationIDs.formUnion(await list(Settings.Cosmo.sandboxAccounts, reader))
        for problem in cosmo.problems() {
            switch problem.setting {
            case "authBaseURL": await reader.note(Settings.Cosmo.authBaseURL, problem.message)
            case "apiBaseURL": await reader.note(Settings.Cosmo.apiBaseURL, problem.message)
            case "widgetAuthBaseURL": await reader.note(Settings.Cosmo.widgetAuthBaseURL, problem.message)
            case "widgetLaunchURLTemplates.\(CosmoWidgetKind.multibrand.rawValue)":
                await reader.note(Settings.Cosmo.multibrandWidgetURL, problem.message)
            case "widgetLaunchURLTemplates.\(CosmoWidgetKind.pointExchange.rawValue)":
                await reader.note(Settings.Cosmo.purchaseWidgetURL, problem.message)
            case "credentials.clientID": await reader.note(Settings.Cosmo.clientID, problem.message)
            case "credentials.clientSecret": await reader.note(Settings.Cosmo.clientSecret, problem.message)
            case "concurrentCallsMax": await reader.note(Settings.Cosmo.concurrency, problem.message)
            case "requestTimeout": await reader.note(Settings.Cosmo.requestTimeout, problem.message)
            case "tokenLifetimeDefault": await reader.note(Settings.Cosmo.tokenLifetime, problem.message)
            case "tokenPath": await reader.note(Settings.Cosmo.tokenPath, problem.message)
            case "intervalPath": await reader.note(Settings.Cosmo.intervalPath, problem.message)
            default: reader.note(SettingProblem(setting: "cosmo", problem: problem.description))
            }
        }
        return cosmo
    }

    private static func statuses(_ setting: Setting<String>, _ reader: SettingsCheck) async -> Set<Int> {
        let texts = await list(setting, reader)
        let statuses = texts.compactMap(Int.init).filter { (400...599).contains($0) }
        if statuses.count < texts.count { await reader.note(setting, "must be statuses such as 409,422") }
        return Set(statuses)
    }
}
