import MultibrandAPI
import MultibrandServer
import Rewards
import Spending
import Testing

@testable import Explanation
@testable import MultibrandRPC
@testable import multibrand

@Suite("The issuer's own program in settings and on a spend's page")
struct OwnProgramTests {
    private static let base: [String: String] = [
        Settings.Webhook.secrets.key: "cosmo:secret", Settings.Cosmo.authBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.apiBaseURL.key: "http://127.0.0.1:1", Settings.Cosmo.widgetAuthBaseURL.key: "http://127.0.0.1:1",
        Settings.Cosmo.clientID.key: "client", Settings.Cosmo.clientSecret.key: "secret",
    ]
    private static let noLinks: String = Settings.Spending.noLinks.key
    private static let refused: String = Settings.Spending.refused.key
    private static let ownProgram: String = Settings.Spending.ownProgram.key

    private static func read(_ settings: [String: String]) async throws -> FallbackPolicy {
        let reader = try await SettingsReader(
            file: nil, environment: [:], overrides: base.merging(settings) { _, new in new })
        return try await ServiceConfiguration(reader).spending.fallback
    }

    @Test(
        "a fallback is hold, wallet, or exclude, which none means too",
        arguments: [
            ([:], FallbackPolicy.standard),
            ([noLinks: "none", refused: "hold"], FallbackPolicy(noLinks: .exclude, refused: .hold)),
            ([noLinks: "exclude", refused: "none"], FallbackPolicy(noLinks: .exclude, refused: .exclude)),
            (
                [noLinks: "wallet", ownProgram: "prg_own"],
                FallbackPolicy(noLinks: .wallet, refused: .exclude, ownProgramID: "prg_own")
            ),
            (
                [refused: "wallet", ownProgram: "prg_own"],
                FallbackPolicy(noLinks: .hold, refused: .wallet, ownProgramID: "prg_own")
            ),
        ])
    func taken(_ settings: [String: String], _ policy: FallbackPolicy) async throws {
        #expect(try await Self.read(settings) == policy)
    }

    @Test(
        "a wallet without a program, a program without a wallet and any other word are refused by name",
        arguments: [
            ([noLinks: "wallet"], ownProgram), ([refused: "wallet"], ownProgram), ([ownProgram: "prg_own"], ownProgram),
            ([noLinks: "Hold"], noLinks), ([refused: "keep"], refused),
        ])
    func contradiction(_ settings: [String: String], _ named: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) { try await Self.read(settings) }
        #expect(error?.setting == named)
    }

    @Test("its leg is shown apart from those of the linked programs")
    func explained() throws {
        let explanation = Multibrand_V1_SpendExplanation(try Self.story())
        for line in [
            "No program was linked, so nothing was split.",
            "5.00 USD was offered to prg_own, the issuer's own program: the card had no links.",
            "1.00 USD earns nothing: the own program refused it.",
            "The issuer's own program, outside the weights: asked about 5.00 USD, which no linked program took.",
            "Took 4.00 of 5.00 USD", "MONTHLY_CAP: 1.00 USD refused and excluded.",
        ] {
            #expect(explanation.text.contains(line), "\(line) in\n\(explanation.text)")
        }
        #expect(explanation.split.ownProgramID == "prg_own" && explanation.split.ownProgramOfferedMinor == 500)
    }

    private static func story() throws -> SpendStory {
        let leg = Leg(
            programID: "prg_own", status: .earned, offeredMinor: 500, amountMinor: 400,
            earning: .points(MicroPoints(4_000_000)), faultReason: nil,
            adjustments: [Adjustment(.refused, reason: "MONTHLY_CAP", amountMinor: 100)],
            plugin: PluginIdentity(plugin: "capped-tiers@1.0.0", digest: "dd", configurationVersion: 1),
            periodTotals: nil)
        let decision = Decision(
            input: try StoryFixture.input("spend-5", 500), preferenceVersion: 0,
            fallback: FallbackPolicy(noLinks: .wallet, refused: .exclude, ownProgramID: "prg_own"),
            certificate: Certificate(weights: .empty, totalBefore: 0, totalAfter: 0, shares: []), legs: [leg],
            excludedMinor: 100, heldMinor: 0, remainderRule: .noLinks)
        try decision.check()
        return SpendStory(
            decision: decision, recordedAt: StoryFixture.time(1), attribution: .latest, refundedMinor: 0,
            versionInForce: 0)
    }
}
