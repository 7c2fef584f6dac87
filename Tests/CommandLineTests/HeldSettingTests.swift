import MultibrandServer
import Testing

@Suite("The settings of held money")
struct HeldSettingTests {
    private static let base = [
        Settings.Webhook.secrets.key: "cosmo:secret", Settings.Cosmo.authBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.apiBaseURL.key: "http://127.0.0.1:1", Settings.Cosmo.widgetAuthBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.clientID.key: "client", Settings.Cosmo.clientSecret.key: "secret",
    ]

    private static func read(_ settings: [String: String]) async throws {
        let reader = try await SettingsReader(
            file: nil, environment: [:], overrides: base.merging(settings) { _, new in new })
        _ = try await ServiceConfiguration(reader)
    }

    @Test(
        "take both ways to release, and a lifetime of an hour or more",
        arguments: [
            (Settings.Spending.heldRelease.key, "auto"), (Settings.Spending.heldRelease.key, "operator"),
            (Settings.Spending.heldLifetime.key, "1h"), (Settings.Spending.heldLifetime.key, "8760h"),
        ])
    func taken(_ key: String, _ text: String) async throws {
        try await Self.read([key: text])
    }

    @Test(
        "are refused by name when they say something else",
        arguments: [
            (Settings.Spending.heldRelease.key, "never"), (Settings.Spending.heldRelease.key, "AUTO"),
            (Settings.Spending.heldLifetime.key, "0s"), (Settings.Spending.heldLifetime.key, "59m"),
            (Settings.Spending.heldLifetime.key, "never"),
        ])
    func refused(_ key: String, _ text: String) async throws {
        do {
            try await Self.read([key: text])
            Issue.record("\(text) was taken")
        } catch let error as ConfigurationError {
            #expect(error.setting == key)
        }
    }
}
