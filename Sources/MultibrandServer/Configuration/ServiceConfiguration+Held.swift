/// When held money is decided, and when it ends.
extension ServiceConfiguration {
    static func releasesHeldByItself(_ reader: SettingsReader) async throws -> Bool {
        let setting = Settings.Spending.heldRelease
        switch try await reader.required(setting) {
        case "auto": return true
        case "operator": return false
        default: throw ConfigurationError(setting: setting.key, problem: "must be auto or operator")
        }
    }

    static func heldLifetime(_ reader: SettingsReader) async throws -> Duration? {
        let setting = Settings.Spending.heldLifetime
        guard let lifetime = try await reader.value(setting) else { return nil }
        guard lifetime >= .seconds(3600) else {
            throw ConfigurationError(
                setting: setting.key, problem: "must be 1h or more: what has expired never earns")
        }
        return lifetime
    }
}
