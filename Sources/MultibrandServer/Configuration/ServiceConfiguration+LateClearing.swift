import Spending

/// The issuer's rules for clearings whose authorisation was reversed.
extension ServiceConfiguration {
    static func lateClearing(_ reader: SettingsCheck) async -> LateClearing {
        let setting = Settings.Spending.lateClearingByCardProgram
        var rules: [String: Attribution] = [:]
        for item in await list(setting, reader) {
            guard let colon = item.lastIndex(of: ":"), colon != item.startIndex,
                let rule = Attribution(rawValue: String(item[item.index(after: colon)...])),
                rules.updateValue(rule, forKey: String(item[..<colon])) == nil
            else {
                await reader.note(
                    setting,
                    "must read program:rule,program:rule, each program once and the rules authorization, clearing "
                        + "or latest")
                break
            }
        }
        return LateClearing(rule: await choice(Settings.Spending.lateClearing, reader), byCardProgram: rules)
    }

    static func previewLifetime(_ reader: SettingsCheck) async -> Duration {
        await positive(Settings.Spending.previewLifetime, reader)
    }
}
