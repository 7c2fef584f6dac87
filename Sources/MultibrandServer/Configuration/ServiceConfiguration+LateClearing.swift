import Spending

/// The issuer's rules for clearings whose authorisation was reversed.
extension ServiceConfiguration {
    static func lateClearing(_ reader: SettingsReader) async throws -> LateClearing {
        let setting = Settings.Spending.lateClearingByCardProgram
        var rules: [String: Attribution] = [:]
        for item in try await list(setting, reader) {
            guard let colon = item.lastIndex(of: ":"), colon != item.startIndex,
                let rule = Attribution(rawValue: String(item[item.index(after: colon)...])),
                rules.updateValue(rule, forKey: String(item[..<colon])) == nil
            else {
                throw ConfigurationError(
                    setting: setting.key,
                    problem:
                        "must read program:rule,program:rule, each program once and the rules authorization, clearing "
                        + "or latest"
                )
            }
        }
        return LateClearing(rule: try await choice(Settings.Spending.lateClearing, reader), byCardProgram: rules)
    }

    static func previewLifetime(_ reader: SettingsReader) async throws -> Duration {
        let lifetime = try await reader.required(Settings.Spending.previewLifetime)
        guard lifetime > .zero else {
            throw ConfigurationError(setting: Settings.Spending.previewLifetime.key, problem: "must be above zero")
        }
        return lifetime
    }
}
