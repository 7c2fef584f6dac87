import MultibrandServer
import Testing

@Suite("The settings of the wallet's door")
struct WalletSettingTests {
    private static let secret = String(repeating: "s", count: 32)
    private static let base = [
        Settings.Webhook.secrets.key: "cosmo:secret", Settings.Cosmo.authBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.apiBaseURL.key: "http://127.0.0.1:1", Settings.Cosmo.widgetAuthBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.clientID.key: "client", Settings.Cosmo.clientSecret.key: "secret",
    ]

    private static func read(_ settings: [String: String]) async throws -> ServiceConfiguration {
        let reader = try await SettingsReader(
            file: nil, environment: [:], overrides: base.merging(settings) { _, new in new })
        return try await ServiceConfiguration(reader)
    }

    @Test("the wallet is off unless it is asked for, and needs no secret then")
    func off() async throws {
        #expect(try await !Self.read([:]).wallet.isEnabled)
    }

    @Test("the wallet without a secret for tokens is refused with what to do about it")
    func secretNeeded() async throws {
        do {
            _ = try await Self.read([Settings.Wallet.enabled.key: "on"])
            Issue.record("it was taken")
        } catch let error as ConfigurationError {
            #expect(error.setting == Settings.Wallet.tokenSecrets.key)
            #expect(error.problem.contains("openssl rand -hex 32"))
            #expect(error.problem.contains("MULTIBRAND_WALLET_TOKEN_SECRETS"))
        }
    }

    @Test("several secrets, a limit and a port are taken")
    func taken() async throws {
        let wallet = try await Self.read([
            Settings.Wallet.enabled.key: "on", Settings.Wallet.tokenSecrets.key: "\(Self.secret), \(Self.secret)2",
            Settings.Wallet.requestsPerSecond.key: "5", Settings.Wallet.port.key: "9000",
            Settings.Wallet.webhookReach.key: "sandbox",
        ]).wallet
        #expect(wallet.isEnabled && wallet.port == 9_000 && wallet.host == "127.0.0.1" && !wallet.isTLS)
    }

    @Test(
        "what cannot be meant is refused by name, and no secret is in the words",
        arguments: [
            (Settings.Wallet.tokenSecrets.key, "too-short-a-secret"), (Settings.Wallet.tokenLifetime.key, "0s"),
            (Settings.Wallet.keyPrefix.key, "my_wallet"),
            (Settings.Wallet.requestsPerSecond.key, "-1"), (Settings.Wallet.burst.key, "0"),
            (Settings.Wallet.port.key, "70000"), (Settings.Wallet.webhookReach.key, "private"),
            (Settings.Wallet.webhookTimeout.key, "0s"), (Settings.Wallet.requestTimeout.key, "0s"),
            (Settings.Wallet.certificate.key, "/nowhere/chain.pem"),
        ])
    func refused(_ key: String, _ text: String) async throws {
        do {
            var settings = [Settings.Wallet.enabled.key: "on", Settings.Wallet.tokenSecrets.key: Self.secret]
            settings[key] = text
            _ = try await Self.read(settings)
            Issue.record("\(text) was taken")
        } catch let error as ConfigurationError {
            #expect(error.setting == key || error.problem.contains(key), "\(error)")
            #expect(!error.description.contains("too-short-a-secret") && !error.description.contains(Self.secret))
        }
    }
}
