import Foundation
import Rewards

/// How refunds that name no spend are attributed.
extension ServiceConfiguration {
    static func refundAttribution(_ reader: SettingsReader) async throws -> AttributionPolicy {
        let setting = Settings.Spending.refundRules
        let names = (try await reader.required(setting)).split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let rules = names.compactMap(AttributionRule.init(rawValue:))
        guard rules.count == names.count, Set(rules).count == rules.count else {
            throw ConfigurationError(
                setting: setting.key,
                problem: "must name rules, each once, separated by commas, of "
                    + AttributionRule.allCases.map(\.rawValue).joined(separator: ", ")
                    + "; empty holds every such refund")
        }
        let days = try await reader.required(Settings.Spending.refundWindowDays)
        guard (0...AttributionPolicy.windowDaysMax).contains(days) else {
            throw ConfigurationError(
                setting: Settings.Spending.refundWindowDays.key,
                problem: "must be 0 to \(AttributionPolicy.windowDaysMax)")
        }
        return AttributionPolicy(rules: rules, windowDays: days)
    }
}
