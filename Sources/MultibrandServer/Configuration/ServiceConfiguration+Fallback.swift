import Rewards

/// Where what no program takes goes.
extension ServiceConfiguration {
    static func fallback(_ reader: SettingsReader) async throws -> FallbackPolicy {
        let noLinks = try await fallback(Settings.Spending.noLinks, reader)
        let refused = try await fallback(Settings.Spending.refused, reader)
        let ownProgram = try await reader.value(Settings.Spending.ownProgram)
        let wallets = [(Settings.Spending.noLinks, noLinks), (Settings.Spending.refused, refused)].filter {
            $0.1 == .wallet
        }
        if let (setting, _) = wallets.first, ownProgram == nil {
            throw ConfigurationError(
                setting: Settings.Spending.ownProgram.key,
                problem: "must name the program that pays into the wallet, since \(setting.key) is wallet")
        }
        if wallets.isEmpty, ownProgram != nil {
            throw ConfigurationError(
                setting: Settings.Spending.ownProgram.key,
                problem: "is of no use: set \(Settings.Spending.noLinks.key) or \(Settings.Spending.refused.key) to "
                    + "wallet beside it, or leave it out")
        }
        return FallbackPolicy(noLinks: noLinks, refused: refused, ownProgramID: ownProgram)
    }

    private static func fallback(_ setting: Setting<String>, _ reader: SettingsReader) async throws -> Fallback {
        switch try await reader.required(setting) {
        case "hold": .hold
        case "exclude", "none": .exclude
        case "wallet": .wallet
        default: throw ConfigurationError(setting: setting.key, problem: "must be hold, wallet or exclude (or none)")
        }
    }
}
