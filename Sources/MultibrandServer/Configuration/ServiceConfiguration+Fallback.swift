import Rewards

/// Where what no program takes goes.
extension ServiceConfiguration {
    static func fallback(_ reader: SettingsCheck) async -> FallbackPolicy {
        let noLinks = await fallback(Settings.Spending.noLinks, reader)
        let refused = await fallback(Settings.Spending.refused, reader)
        let ownProgram = await reader.value(Settings.Spending.ownProgram)
        let wallets = [(Settings.Spending.noLinks, noLinks), (Settings.Spending.refused, refused)].filter {
            $0.1 == .wallet
        }
        if let (setting, _) = wallets.first, ownProgram == nil {
            await reader.note(
                Settings.Spending.ownProgram,
                "must name the program that pays into the wallet, since \(setting.key) is wallet")
        }
        let areSound = reader.isSound(Settings.Spending.noLinks) && reader.isSound(Settings.Spending.refused)
        if areSound, wallets.isEmpty, ownProgram != nil {
            await reader.note(
                Settings.Spending.ownProgram,
                "has no effect unless \(Settings.Spending.noLinks.key) or \(Settings.Spending.refused.key) is also "
                    + "set to wallet: set one of them, or remove this setting")
        }
        return FallbackPolicy(noLinks: noLinks, refused: refused, ownProgramID: ownProgram)
    }

    private static func fallback(_ setting: Setting<String>, _ reader: SettingsCheck) async -> Fallback {
        let words = ["hold": Fallback.hold, "exclude": .exclude, "none": .exclude, "wallet": .wallet]
        let word = await reader.required(setting, "must be hold, wallet or exclude (or none)") { words[$0] != nil }
        return words[word] ?? .hold
    }
}
