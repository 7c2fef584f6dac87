import AllocationPlugin
import AllocationPlugins
import Audit
import Logging
import PluginRuntime
import PostgreSQL
import Rewards
import Testing

@testable import Spending

@Suite("Fixed parts on the spend path", .timeLimit(.minutes(15)))
struct FixedPartTests {
    /// Asks for the first four major units, and fails when it is asked what they earn.
    struct FailingPlugin: FixedPartPlugin {
        static let name = "failing"
        static let version = "1.0.0"
        static let summary = "Fails."
        static let configurationSchema = "{}"

        init(configuration: JSONValue) throws(PluginConfigurationError) {}

        func fixedMinor(_ purchase: Purchase) throws(AllocationError) -> Int64 { 400 }

        func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer { throw .overflow }
    }

    /// Takes the first minor units of each spend of at least five major units.
    static func fixedAmount(
        _ programID: String, _ fixedMinor: Int64 = 50, version: Int64 = 1
    ) throws -> InstalledPlugin {
        try PluginRegistry(allocationPlugins).install(
            programID: programID, plugin: "fixed-amount",
            configuration: [
                "fixedMinor": .number(String(fixedMinor)), "atLeastMinor": 500, "pointsPerMajorUnit": "1",
            ], configurationVersion: version)
    }

    @Test("a spend's first units go to the program that asks, and the running total counts the rest")
    func recorded() async throws {
        try await SpendingFixture.with(plugins: [
            try Self.fixedAmount("prg_pot"), try SpendingFixture.flatRate("prg_sky"),
        ]) {
            fixture in
            try await fixture.register("card", [("prg_pot", 1), ("prg_sky", 1)])
            _ = try await fixture.recordSpend.record(spend("s1", amount: 7))
            let answer = try await fixture.recordSpend.record(spend("s2", amount: 10_01))
            #expect(answer.recorded.decision.certificate.totalBefore == 7)
            #expect(answer.recorded.legs.map(\.fixedMinor) == [50, 0])
            #expect(answer.recorded.legs.map(\.shareMinor) == [4_75, 4_76])
            #expect(answer.recorded.legs.map(\.amountMinor) == [5_25, 4_76])
            let total = try await fixture.number("select total_minor from running_totals")
            #expect(total == 9_58)
            let read = try await GetSpend(pool: fixture.pool)("s2")
            #expect(read.legs == answer.recorded.legs)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("refunds take fixed parts last, by what the spend was and not by what is left of it; undoing restores")
    func refunded() async throws {
        try await SpendingFixture.with(plugins: [
            try Self.fixedAmount("prg_pot"), try SpendingFixture.flatRate("prg_sky"),
        ]) {
            fixture in
            try await fixture.register("card", [("prg_pot", 1), ("prg_sky", 1)])
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            // In force when the refunds come, and none of their business.
            fixture.plugins.install(try Self.fixedAmount("prg_pot", 900, version: 2))
            func kept() async throws -> [Int64] {
                [try await fixture.kept("prg_pot") / 10_000, try await fixture.kept("prg_sky") / 10_000]
            }
            var left = try await kept()
            #expect(left == [50 + 475, 475])
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 9_00))
            left = try await kept()
            #expect(left == [50 + 25, 25])
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 70))
            left = try await kept()
            #expect(left == [30, 0])
            _ = try await fixture.undoRefund("r1")
            left = try await kept()
            #expect(left == [50 + 440, 440])
            _ = try await fixture.recordRefund(refund("r3", of: "s1", amount: 9_30))
            left = try await kept()
            #expect(left == [0, 0])
            let report = try await Verify(pool: fixture.pool, logger: Self.logger)()
            #expect(report.violations == [])
            #expect(report.checks.first { $0.name == .refundApportioned }?.checked == 4)
        }
    }

    private static let logger: Logger = {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .critical
        return logger
    }()

    @Test("random spends and refunds of programs with fixed parts, caps and faults are clean, and replay byte for byte")
    func randomHistory() async throws {
        let seed: UInt64 = 4711
        var random = SeededGenerator(seed: seed)
        let broken = try PluginRegistry(allocationPlugins + [FailingPlugin.self]).install(
            programID: "prg_bad", plugin: "failing", configuration: [:], configurationVersion: 1)
        let first = [
            try Self.fixedAmount("prg_pot", 120), try SpendingFixture.tiers("prg_cap"),
            try Self.fixedAmount("prg_zoo", 700), broken,
        ]
        let second = try Self.fixedAmount("prg_pot", 333, version: 2)
        try await SpendingFixture.with(plugins: first) { fixture in
            for (card, shares) in [
                ("one", [("prg_pot", 3), ("prg_cap", 2)]), ("two", [("prg_pot", 1), ("prg_zoo", 1), ("prg_cap", 5)]),
                ("three", [("prg_zoo", 2), ("prg_bad", 3), ("prg_cap", 1)]),
            ] {
                try await fixture.register(card, shares)
            }
            var refunded: [String: Int64] = [:]
            for number in 0..<90 {
                if number == 45 { fixture.plugins.install(second) }
                let card = ["one", "two", "three"][number % 3]
                let amount = Int64.random(in: 1...(number % 2 == 0 ? 1200 : 9000), using: &random)
                _ = try await fixture.recordSpend.record(spend("s\(number)", card: card, amount: amount))
                let target = Int.random(in: 0...number, using: &random)
                let spent = try await GetSpend(pool: fixture.pool)("s\(target)").spend.purchase.amount.minorUnits
                let open = spent - (refunded["s\(target)"] ?? 0)
                guard number % 2 == 0, open > 0 else { continue }
                let part = number % 8 == 0 ? open : Int64.random(in: 1...open, using: &random)
                _ = try await fixture.recordRefund(refund("r\(number)", of: "s\(target)", amount: part))
                if number % 3 == 0 {
                    _ = try await fixture.undoRefund("r\(number)")
                } else {
                    refunded["s\(target)"] = (refunded["s\(target)"] ?? 0) + part
                }
            }
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [], "seed \(seed)")
            let report = try await Verify(pool: fixture.pool, logger: Self.logger)()
            #expect(report.violations == [], "seed \(seed)")
            let installed = first + [second]
            let replay = Replay(
                pool: fixture.pool,
                plugins: { programID, version in
                    try #require(
                        installed.first {
                            $0.programID == programID && $0.identity.configurationVersion == version
                        })
                }, logger: Self.logger)
            let replayed = try await replay(.all)
            #expect(replayed.findings == [], "seed \(seed)")
            #expect(replayed.identical == 90 && replayed.movements > 30)
            let withFixed = try await fixture.number(
                "select count(*) from spends where convert_from(decision, 'UTF8') like '%\"format\":2%'")
            #expect(withFixed > 60)
        }
    }

    @Test("an altered fixed part, and a refund that takes it too early, are found by verify")
    func planted() async throws {
        try await SpendingFixture.with(plugins: [
            try Self.fixedAmount("prg_pot"), try SpendingFixture.flatRate("prg_sky"),
        ]) {
            fixture in
            try await fixture.register("card", [("prg_pot", 1), ("prg_sky", 1)])
            for number in 1...3 { _ = try await fixture.recordSpend.record(spend("s\(number)", amount: 10_00)) }
            _ = try await fixture.recordRefund(refund("r1", of: "s3", amount: 2_00))
            func broken(by sql: String) async throws -> Set<VerifyCheck> {
                _ = try await fixture.pool.query(sql)
                let report = try await Verify(pool: fixture.pool, logger: Self.logger)()
                return Set(report.violations.map(\.check))
            }
            func replacing(_ old: String, _ new: String) -> String {
                """
                update spends set decision = convert_to(replace(convert_from(decision, 'UTF8'), '\(old)', '\(new)'), \
                'UTF8')
                 where spend_id = 's1'
                """
            }
            let sound = try await broken(by: "select 1")
            #expect(sound == [])
            let moved = try await broken(by: replacing(#""fixed":[50,0]"#, #""fixed":[0,50]"#))
            #expect(moved.contains(.legOffer))
            let restored = try await broken(by: replacing(#""fixed":[0,50]"#, #""fixed":[50,0]"#))
            #expect(restored == [])
            // As if the fixed part had entered the running total.
            let counted = try await broken(by: replacing(#""after":950"#, #""after":1000"#))
            #expect(counted.contains(.certificateSum))
            _ = try await broken(by: replacing(#""after":1000"#, #""after":950"#))
            let early = try await broken(
                by: """
                    update clawbacks set amount_minor = amount_minor + case program_id when 'prg_pot' then 50 else \
                    -50 end
                    """)
            #expect(early.contains(.refundApportioned))
        }
    }

    @Test("a preview binds the fixed part: another one since is a change of the plugin's configuration")
    func preview() async throws {
        try await SpendingFixture.with(plugins: [
            try Self.fixedAmount("prg_pot"), try SpendingFixture.flatRate("prg_sky"),
        ]) {
            fixture in
            try await fixture.register("card", [("prg_pot", 1), ("prg_sky", 1)])
            let preview = try await fixture.previewSpend()(spend("s1", amount: 10_00))
            #expect(preview.legs.map(\.fixedMinor) == [50, 0])
            fixture.plugins.install(try Self.fixedAmount("prg_pot", 60, version: 2))
            let error = await #expect(throws: SpendingError.self) {
                try await fixture.recordSpend.record(spend("s1", amount: 10_00), previewToken: preview.token)
            }
            #expect(error?.previewChanges == [.pluginConfiguration])
            let again = try await fixture.previewSpend()(spend("s1", amount: 10_00))
            let answer = try await fixture.recordSpend.record(spend("s1", amount: 10_00), previewToken: again.token)
            #expect(answer.recorded.decision.canonicalBytes() == again.decision.canonicalBytes())
            #expect(answer.recorded.legs.map(\.fixedMinor) == [60, 0])
        }
    }

    @Test("a parked leg keeps its fixed part, and earns on it when it is retried")
    func parked() async throws {
        let failing = try PluginRegistry([FailingPlugin.self]).install(
            programID: "prg_pot", plugin: "failing", configuration: [:], configurationVersion: 1)
        try await SpendingFixture.with(plugins: [failing, try SpendingFixture.flatRate("prg_sky")]) { fixture in
            try await fixture.register("card", [("prg_pot", 1), ("prg_sky", 1)])
            let answer = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            #expect(answer.recorded.legs.map(\.status) == [.parked, .earned])
            #expect(answer.recorded.legs.map(\.amountMinor) == [4_00 + 3_00, 3_00])
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 2_00))
            fixture.plugins.install(try SpendingFixture.flatRate("prg_pot", version: 2))
            let report = try await fixture.retryParkedLegs(programID: "prg_pot")
            #expect(report.settled == 1)
            let kept = try await fixture.kept("prg_pot")
            #expect(kept == 6_000_000)
            let verified = try await Verify(pool: fixture.pool, logger: Self.logger)()
            #expect(verified.violations == [])
        }
    }
}
