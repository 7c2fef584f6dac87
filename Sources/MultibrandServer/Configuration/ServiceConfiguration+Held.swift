/// When held money is decided, and when it ends.
extension ServiceConfiguration {
    static func releasesHeldByItself(_ reader: SettingsCheck) async -> Bool {
        await reader.required(Settings.Spending.heldRelease, "must be auto or operator") {
            ["auto", "operator"].contains($0)
        } == "auto"
    }

    static func heldLifetime(_ reader: SettingsCheck) async -> Duration? {
        let setting = Settings.Spending.heldLifetime
        guard let lifetime = await reader.value(setting) else { return nil }
        if lifetime < .seconds(3600) { await reader.note(setting, "must be 1h or more: what has expired never earns") }
        return lifetime
    }
}
