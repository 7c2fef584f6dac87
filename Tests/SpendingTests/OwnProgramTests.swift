import AllocationPlugins
import Logging
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("The issuer's own program on the spend path")
struct OwnProgramTests {
    private static let ownProgram = "prg_own"
    private static let configuration = SpendingConfiguration(
        fallback: FallbackPolicy(noLinks: .wallet, refused: .wallet, ownProgramID: ownProgram))

    /// Takes four major units a month and refuses the rest.
    private static func picky(_ programID: String) throws -> InstalledPlugin {
        try PluginRegistry(allocationPlugins).install(
            programID: programID, plugin: "capped-tiers",
            configuration: ["tiers": [["rate": "1"]], "cap": ["on": "spending", "limit": 4, "beyond": "refuse"]],
            configurationVersion: 1)
    }

    @Test("earns what a card without links spends, and what every linked program refuses, each leg in its own position")
    func earns() async throws {
        let plugins = [try Self.picky("prg_a"), try SpendingFixture.flatRate(Self.ownProgram, "2")]
        try await SpendingFixture.with(plugins: plugins, configuration: Self.configuration) { fixture in
            try await fixture.register("bare")
            try await fixture.register("card", [("prg_a", 1)])
            let bare = try await fixture.recordSpend.record(spend("b1", card: "bare", amount: 10_00)).recorded
            #expect(bare.legs.map(\.programID) == [Self.ownProgram])
            #expect(bare.legs[0].amountMinor == 10_00 && bare.legs[0].earnedMicro == 20_000_000)
            #expect(bare.legs[0].shareMinor == 10_00)
            #expect(bare.decision.heldMinor == 0 && bare.decision.excludedMinor == 0)

            let linked = try await fixture.recordSpend.record(spend("s1", amount: 10_00)).recorded
            #expect(linked.legs.map(\.programID) == ["prg_a", Self.ownProgram])
            #expect(linked.legs.map(\.amountMinor) == [4_00, 6_00])
            try await expectKept(Self.ownProgram, card: "bare", is: 20_000_000, fixture)
            try await expectKept(Self.ownProgram, is: 12_000_000, fixture)
            let totals = try await fixture.number("select count(*) from running_totals")
            #expect(totals == 1)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
            let report = try await replay(fixture)
            #expect(report.identical == 2 && report.findings == [])
        }
    }

    @Test("gets its period's totals, within a batch and across batches, and what it refuses is excluded")
    func period() async throws {
        let plugins = [try SpendingFixture.tiers(Self.ownProgram)]
        try await SpendingFixture.with(plugins: plugins, configuration: Self.configuration) { fixture in
            try await fixture.register("card")
            let day = PeriodTotalTests.noon(dayOfYear: 10)
            var earned: [Int64] = []
            for number in 0..<4 {
                let answer = try await fixture.recordSpend.record(spend("s\(number)", amount: 50_00, at: day))
                earned.append(answer.recorded.legs[0].earnedMicro / 1_000_000)
                #expect(answer.recorded.decision.excludedMinor == (number == 3 ? 50_00 : 0))
                #expect(answer.recorded.decision.remainderRule == (number == 3 ? .noLinks : nil))
            }
            #expect(earned == [100, 100, 50, 0])
            let accepted = try await fixture.number("select accepted_minor from period_totals")
            #expect(accepted == 150_00)
            // What a refund takes, the period gets back, so that a later spend may have it.
            _ = try await fixture.recordRefund(refund("r1", of: "s2", amount: 50_00))
            let again = try await fixture.recordSpend.record(spend("s4", amount: 50_00, at: day))
            #expect(again.recorded.legs.map(\.earnedMicro) == [50_000_000])
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("gives back its part with refunds in any parts, and undoing restores it")
    func refunds() async throws {
        let plugins = [try Self.picky("prg_a"), try SpendingFixture.flatRate(Self.ownProgram, "1.234567")]
        try await SpendingFixture.with(plugins: plugins, configuration: Self.configuration) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            _ = try await fixture.recordSpend.record(spend("s1", amount: 9_99))
            let whole = (try await fixture.kept(Self.ownProgram), try await fixture.kept("prg_a"))
            #expect(whole.0 > 0)
            // The issuer's own units are the last ones, so refunds take them first.
            let first = try await fixture.recordRefund(refund("r1", of: "s1", amount: 5_00)).refund
            #expect(first.clawbacks.map(\.programID) == [Self.ownProgram])
            try await expectKept("prg_a", is: whole.1, fixture)
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 4_99))
            try await expectKept(Self.ownProgram, is: 0, fixture)
            try await expectKept("prg_a", is: 0, fixture)
            _ = try await fixture.undoRefund("r1")
            _ = try await fixture.undoRefund("r2")
            try await expectKept(Self.ownProgram, is: whole.0, fixture)
            try await expectKept("prg_a", is: whole.1, fixture)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
            let report = try await replay(fixture)
            #expect(report.findings == [])
        }
    }

    @Test("parks its leg without a plugin, and earns it once there is one, less what was refunded meanwhile")
    func parks() async throws {
        try await SpendingFixture.with(configuration: Self.configuration) { fixture in
            try await fixture.register("card")
            let parked = try await fixture.recordSpend.record(spend("s1", amount: 10_00)).recorded
            #expect(parked.legs.map(\.status) == [.parked])
            #expect(parked.legs.map(\.reason) == ["PLUGIN_NOT_CONFIGURED"])
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 4_00))
            fixture.plugins.install(try SpendingFixture.flatRate(Self.ownProgram, "3"))
            let report = try await fixture.retryParkedLegs(programID: Self.ownProgram)
            #expect(report.settled == 1)
            try await expectKept(Self.ownProgram, is: 18_000_000, fixture)
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 6_00))
            try await expectKept(Self.ownProgram, is: 0, fixture)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("is pinned by a preview: another configuration of it, or another fallback, is named")
    func preview() async throws {
        let plugins = [try SpendingFixture.flatRate(Self.ownProgram, "2")]
        try await SpendingFixture.with(plugins: plugins, configuration: Self.configuration) { fixture in
            try await fixture.register("card")
            let preview = PreviewSpend(
                pool: fixture.pool, configuration: Self.configuration, plugins: fixture.plugins)
            let shown = try await preview(spend("s1"))
            #expect(shown.legs.map(\.programID) == [Self.ownProgram])
            let bound = try await fixture.recordSpend.record(spend("s1"), previewToken: shown.token).recorded
            #expect(bound.legs == shown.legs)

            let second = try await preview(spend("s2"))
            fixture.plugins.install(try SpendingFixture.flatRate(Self.ownProgram, "5", version: 2))
            let drift = try await changes(spend("s2"), second.token, fixture.recordSpend)
            #expect(drift == [.pluginConfiguration])

            let third = try await preview(spend("s3"))
            let otherRules = SpendingFixture.recordSpend(fixture.pool, fixture.plugins)
            try await SpendingFixture.running(otherRules) {
                let drift = try await changes(spend("s3"), third.token, otherRules)
                #expect(drift == [.serviceRules])
            }
            let recorded = try await fixture.number("select count(*) from spends")
            #expect(recorded == 1)
        }
    }

    @Test("comes and goes with the policy: what was decided before keeps its leg and its bytes")
    func policyChanges() async throws {
        let plugins = [try SpendingFixture.flatRate(Self.ownProgram)]
        try await SpendingFixture.with(plugins: plugins, configuration: Self.configuration) { fixture in
            try await fixture.register("card")
            let first = try await fixture.recordSpend.record(spend("s1")).recorded
            let holding = SpendingFixture.recordSpend(fixture.pool, fixture.plugins)
            try await SpendingFixture.running(holding) {
                let held = try await holding.record(spend("s2")).recorded
                #expect(held.legs == [] && held.decision.heldMinor == 10_00)
                let again = try await holding.record(spend("s1"))
                #expect(again.replayed && again.recorded.decision == first.decision)
            }
            let report = try await replay(fixture)
            #expect(report.identical == 2 && report.findings == [])
        }
    }

    private func expectKept(
        _ programID: String, card: String = "card", is micro: Int64, _ fixture: SpendingFixture,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let kept = try await fixture.kept(programID, card: card)
        #expect(kept == micro, sourceLocation: location)
    }

    private func replay(_ fixture: SpendingFixture) async throws -> ReplayReport {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .critical
        return try await Replay(pool: fixture.pool, plugins: fixture.plugins.pinned, logger: logger)(.all)
    }

    private func changes(
        _ request: SpendRequest, _ token: String, _ recordSpend: RecordSpend
    ) async throws -> [PreviewChange] {
        do {
            _ = try await recordSpend.record(request, previewToken: token)
            return []
        } catch let error as SpendingError {
            return error.previewChanges
        }
    }
}
