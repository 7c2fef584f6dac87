import Foundation
import MultibrandServer
import Testing

@testable import multibrand

@Suite("A set-up that is less secure than it looks does not start")
struct SecuritySettingTests {
    private static let now = Int64(Date().timeIntervalSince1970)
    private static let secret = String(repeating: "s", count: 32)
    private static let base = [
        Settings.Webhook.secrets.key: "cosmo:\(secret)", Settings.Cosmo.authBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.apiBaseURL.key: "http://127.0.0.1:1", Settings.Cosmo.widgetAuthBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.clientID.key: "client", Settings.Cosmo.clientSecret.key: "secret",
        Settings.Service.operatorKey.key: secret,
    ]

    private static func read(_ settings: [String: String]) async throws -> ServiceConfiguration {
        let reader = try await SettingsReader(
            file: nil, environment: [:], overrides: base.merging(settings) { _, new in new })
        return try await ServiceConfiguration(reader)
    }

    /// One weak set-up.
    struct Weak: Sendable, CustomTestStringConvertible {
        let name: String
        let settings: [String: String]
        let weaknesses: [InsecureSetting]
        let setting: String
        var testDescription: String { name }
    }

    static let open = Settings.RPC.host.key
    static let weak: [Weak] = [
        Weak(
            name: "plain gRPC on every address", settings: [open: "0.0.0.0"], weaknesses: [.plainRPC],
            setting: Settings.RPC.certificate.key),
        Weak(
            name: "plain gRPC on every IPv6 address", settings: [open: "::"], weaknesses: [.plainRPC],
            setting: Settings.RPC.certificate.key),
        Weak(
            name: "a name that only looks like a loopback address", settings: [open: "127.0.0.1.example.com"],
            weaknesses: [.plainRPC], setting: Settings.RPC.certificate.key),
        Weak(
            name: "keys off on an address of the network",
            settings: [open: "10.0.0.1", Settings.RPC.authentication.key: "off", Settings.Service.operatorKey.key: ""],
            weaknesses: [.keysOff, .plainRPC], setting: Settings.RPC.authentication.key),
        Weak(
            name: "a short operator key",
            settings: [Settings.Service.operatorKey.key: String(repeating: "k", count: 31)],
            weaknesses: [.shortOperatorKey], setting: Settings.Service.operatorKey.key),
        Weak(
            name: "a short webhook secret", settings: [Settings.Webhook.secrets.key: "a:\(secret),b:fifteen-letters"],
            weaknesses: [.shortWebhookSecret], setting: Settings.Webhook.secrets.key),
        Weak(
            name: "a short password of the webhooks, in clear",
            settings: [
                Settings.Webhook.authentication.key: "basic", Settings.Webhook.basicUsername.key: "cosmo",
                Settings.Webhook.basicPassword.key: "short", Settings.HTTP.host.key: "0.0.0.0",
            ],
            weaknesses: [.shortWebhookSecret, .plainWebhooks], setting: Settings.Webhook.basicPassword.key),
        Weak(
            name: "a short client secret of the webhooks",
            settings: [
                Settings.Webhook.authentication.key: "oauth", Settings.Webhook.oauthClientID.key: "cosmo",
                Settings.Webhook.oauthClientSecret.key: "short",
            ],
            weaknesses: [.shortWebhookSecret], setting: Settings.Webhook.oauthClientSecret.key),
        Weak(
            name: "the wallet in clear",
            settings: [
                Settings.Wallet.enabled.key: "on", Settings.Wallet.tokenSecrets.key: secret,
                Settings.Wallet.host.key: "0.0.0.0",
            ],
            weaknesses: [.plainWallet], setting: Settings.Wallet.certificate.key),
    ]

    @Test("each weakness is refused by the name of its setting, and by both serve and doctor", arguments: weak)
    func refused(weak: Weak) async throws {
        let configuration = try await Self.read(weak.settings)
        let findings = configuration.securityFindings(nowSeconds: Self.now)
        #expect(Set(findings.map(\.weakness)) == Set(weak.weaknesses))
        do {
            try configuration.requireSecurity(nowSeconds: Self.now)
            Issue.record("it would start")
        } catch let error as ConfigurationError {
            #expect(error.setting == weak.setting)
            for weakness in weak.weaknesses { #expect(error.problem.contains(weakness.rawValue), "\(error.problem)") }
            #expect(!error.problem.contains(Self.secret))
        }
        for finding in findings {
            let shown = SetupCheck.finding(finding)
            #expect(shown.verdict == .failure && shown.subject == finding.setting)
            #expect(shown.remedy?.contains(finding.weakness.rawValue) == true)
        }
    }

    @Test("a weakness that is named in security.insecure starts, and is a warning", arguments: weak)
    func allowed(weak: Weak) async throws {
        let names = weak.weaknesses.map(\.rawValue).joined(separator: ", ")
        let configuration = try await Self.read(
            weak.settings.merging([Settings.Service.insecure.key: names]) { _, new in new })
        try configuration.requireSecurity(nowSeconds: Self.now)
        let findings = configuration.securityFindings(nowSeconds: Self.now)
        #expect(!findings.isEmpty && findings.allSatisfy { SetupCheck.finding($0).verdict == .warning })
        // One name allows nothing else.
        let other = InsecureSetting.allCases.first { !weak.weaknesses.contains($0) }
        let wrong = try await Self.read(
            weak.settings.merging([Settings.Service.insecure.key: other?.rawValue ?? ""]) { _, new in new })
        #expect(throws: ConfigurationError.self) { try wrong.requireSecurity(nowSeconds: Self.now) }
    }

    @Test(
        "what is on loopback addresses only needs no certificate",
        arguments: ["127.0.0.1", "127.8.8.8", "::1", "localhost", "::ffff:127.0.0.1"])
    func loopback(host: String) async throws {
        let configuration = try await Self.read([
            Self.open: host, Settings.RPC.authentication.key: "off", Settings.Service.operatorKey.key: "",
        ])
        try configuration.requireSecurity(nowSeconds: Self.now)
    }

    @Test("signed deliveries may come in clear, for a proxy that ends TLS")
    func signedInClear() async throws {
        try await Self.read([Settings.HTTP.host.key: "0.0.0.0"]).requireSecurity(nowSeconds: Self.now)
    }

    @Test("a name that security.insecure does not know is refused with those it does")
    func unknownName() async throws {
        await #expect(throws: ConfigurationError.self) {
            try await Self.read([Settings.Service.insecure.key: "everything"])
        }
    }

    @Test("a security setting that cannot have its effect is refused by its name")
    func withoutEffect() async throws {
        let certificates = try TestCertificates()
        defer { certificates.remove() }
        let cases: [(setting: String, settings: [String: String])] = [
            (Settings.RPC.clientAuthorities.key, [Settings.RPC.clientAuthorities.key: certificates.path]),
            (
                Settings.RPC.clientAuthorities.key,
                [
                    Settings.RPC.clientAuthorities.key: certificates.keyPath,
                    Settings.RPC.certificate.key: certificates.path,
                    Settings.RPC.key.key: certificates.keyPath,
                ]
            ),
            (Settings.RPC.key.key, [Settings.RPC.certificate.key: certificates.path]),
            (Settings.HTTP.certificate.key, [Settings.HTTP.key.key: certificates.keyPath]),
            (Settings.Wallet.key.key, [Settings.Wallet.certificate.key: certificates.path]),
            (
                Settings.RPC.certificate.key,
                [Settings.RPC.certificate.key: certificates.path, Settings.RPC.key.key: certificates.otherKeyPath]
            ),
            (
                Settings.HTTP.certificate.key,
                [Settings.HTTP.certificate.key: certificates.path, Settings.HTTP.key.key: certificates.otherKeyPath]
            ),
            (
                Settings.Wallet.certificate.key,
                [
                    Settings.Wallet.certificate.key: certificates.path,
                    Settings.Wallet.key.key: certificates.otherKeyPath,
                ]
            ),
            (Settings.Webhook.basicPassword.key, [Settings.Webhook.basicPassword.key: Self.secret]),
            (Settings.Webhook.oauthClientSecret.key, [Settings.Webhook.oauthClientSecret.key: Self.secret]),
            (Settings.Service.operatorKey.key, [Settings.RPC.authentication.key: "off"]),
            (Settings.Webhook.authentication.key, [Settings.Webhook.authentication.key: "none"]),
        ]
        for (setting, settings) in cases {
            do {
                _ = try await Self.read(settings)
                Issue.record("\(settings) was taken")
            } catch let error as ConfigurationError {
                #expect(error.setting == setting, "\(error)")
            }
        }
    }

    @Test(
        "a certificate that has expired or is not valid yet is refused at every door; one about to expire is shown"
    )
    func dates() async throws {
        let certificates = try TestCertificates()
        defer { certificates.remove() }
        let configuration = try await Self.read([
            Settings.RPC.certificate.key: certificates.path, Settings.RPC.key.key: certificates.keyPath,
            Settings.HTTP.certificate.key: certificates.path, Settings.HTTP.key.key: certificates.keyPath,
            Settings.Wallet.certificate.key: certificates.path, Settings.Wallet.key.key: certificates.keyPath,
            Self.open: "0.0.0.0", Settings.Wallet.enabled.key: "on", Settings.Wallet.tokenSecrets.key: Self.secret,
        ])
        try configuration.requireSecurity(nowSeconds: Self.now + 60)
        for days: Int64 in [-1, 3] {
            let findings = configuration.securityFindings(nowSeconds: Self.now + days * 86_400)
            #expect(findings.map(\.weakness) == [.invalidCertificate, .invalidCertificate, .invalidCertificate])
            #expect(
                Set(findings.map(\.setting))
                    == [Settings.RPC.certificate.key, Settings.HTTP.certificate.key, Settings.Wallet.certificate.key])
        }
        for certificate in configuration.certificates {
            #expect(SetupCheck.expiry(certificate, nowSeconds: Self.now + 60)?.verdict == .warning)
            #expect(SetupCheck.expiry(certificate, nowSeconds: Self.now + 3 * 86_400) == nil)
        }
    }
}

/// A certificate for two days, and the key of another one.
private struct TestCertificates {
    private let directory: URL
    var path: String { directory.appendingPathComponent("cert.pem").path }
    var keyPath: String { directory.appendingPathComponent("key.pem").path }
    var otherKeyPath: String { directory.appendingPathComponent("other.pem").path }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("security-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyPath,
            "-out", path, "-days", "2", "-subj", "/CN=localhost",
        ])
        try Self.openssl(["ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", otherKeyPath])
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl could not make it")
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
