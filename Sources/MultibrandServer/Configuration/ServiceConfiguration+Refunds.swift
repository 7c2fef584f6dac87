import Foundation
import Rewards

/// How refunds that name no spend are attributed.
extension ServiceConfiguration {
    static func refundAttribution(_ reader: SettingsCheck) async -> AttributionPolicy {
        let setting = Settings.Spending.refundRules
        let names = (await reader.required(setting)).split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let rules = names.compactMap(AttributionRule.init(rawValue:))
        if rules.count != names.count || Set(rules).count != rules.count {
            await reader.note(
                setting,
                "must name rules, each once, separated by commas, of "
                    + AttributionRule.allCases.map(\.rawValue).joined(separator: ", ")
                    + "; empty holds every such refund")
        }
        let days = await reader.required(
            Settings.Spending.refundWindowDays, "must be 0 to \(AttributionPolicy.windowDaysMax)"
        ) { (0...AttributionPolicy.windowDaysMax).contains($0) }
        return AttributionPolicy(rules: rules, windowDays: days)
    }
}
