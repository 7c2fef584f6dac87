import MultibrandServer
import Testing

@Suite("The settings of late clearings and previews")
struct LateClearingSettingTests {
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
        "take the three rules, and rules by card program",
        arguments: [
            (Settings.Spending.lateClearing.key, "authorization"), (Settings.Spending.lateClearing.key, "clearing"),
            (Settings.Spending.lateClearing.key, "latest"),
            (Settings.Spending.lateClearingByCardProgram.key, "gold:latest,basic:clearing"),
            (Settings.Spending.lateClearingByCardProgram.key, " gold:latest , a:b:clearing "),
            (Settings.Spending.previewLifetime.key, "1s"),
        ])
    func taken(_ key: String, _ text: String) async throws {
        try await Self.read([key: text])
    }

    @Test(
        "are refused by name when they say something else",
        arguments: [
            (Settings.Spending.lateClearing.key, "never"), (Settings.Spending.lateClearing.key, "Latest"),
            (Settings.Spending.lateClearingByCardProgram.key, "gold"),
            (Settings.Spending.lateClearingByCardProgram.key, "gold:never"),
            (Settings.Spending.lateClearingByCardProgram.key, ":latest"),
            (Settings.Spending.lateClearingByCardProgram.key, "gold:latest,gold:clearing"),
            (Settings.Spending.previewLifetime.key, "0s"), (Settings.Spending.previewLifetime.key, "soon"),
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
