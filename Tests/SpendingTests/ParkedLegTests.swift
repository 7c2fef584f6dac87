import AllocationPlugin
import OperatorRecord
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A leg whose plugin fails")
struct ParkedLegTests {
    /// Throws, or answers out of bounds, as its configuration says.
    struct FaultyPlugin: AllocationPlugin {
        static let name = "faulty"
        static let version = "1.0.0"
        static let summary = "Fails."
        static let configurationSchema = "{}"

        private let takesTooMuch: Bool

        init(configuration: JSONValue) throws(PluginConfigurationError) {
            takesTooMuch = configuration["takesTooMuch"] != nil
        }

        func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
            guard takesTooMuch else { throw .overflow }
            return AllocationAnswer(acceptedMinor: request.shareMinor + 1, earning: .points(MicroPoints(1)))
        }
    }

    static func faulty(_ programID: String, takesTooMuch: Bool = false) throws -> InstalledPlugin {
        try PluginRegistry([FaultyPlugin.self]).install(
            programID: programID, plugin: "faulty", configuration: takesTooMuch ? ["takesTooMuch": true] : [:],
            configurationVersion: 1)
    }

    @Test("is parked with the reason and its amount, beside programs that earn", arguments: [false, true])
    func parks(takesTooMuch: Bool) async throws {
        let plugins = [try Self.faulty("prg_a", takesTooMuch: takesTooMuch), try SpendingFixture.flatRate("prg_b")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 1)])
            let answer = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            #expect(answer.recorded.legs.map(\.status) == [.parked, .earned])
            #expect(answer.recorded.legs.map(\.amountMinor) == [5_00, 5_00])
            #expect(answer.recorded.legs[0].earnedMicro == 0)
            #expect(answer.recorded.legs[0].reason?.isEmpty == false)
            let totals = try await ParkedLegs(pool: fixture.pool).totals()
            #expect(totals.map(\.programID) == ["prg_a"] && totals.map(\.legs) == [1])
            #expect(totals.map(\.amountMinor) == [5_00] && totals.map(\.currencyCode) == ["USD"])
            #expect(totals.map(\.oldestSince) == [answer.recorded.recordedAt])
            let positions = try await fixture.number("select count(*) from positions")
            #expect(positions == 1)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("is parked when its program has no plugin at all")
    func parksWithoutPlugin() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let answer = try await fixture.recordSpend.record(spend("s1"))
            #expect(answer.recorded.legs.map(\.reason) == ["PLUGIN_NOT_CONFIGURED"])
            #expect(answer.recorded.legs.map(\.configurationVersion) == [0])
        }
    }

    @Test("earns when it is retried with a plugin that answers, once however often it is retried")
    func retried() async throws {
        try await SpendingFixture.with(plugins: [try Self.faulty("prg_a")]) { fixture in
            for card in 0..<3 { try await fixture.register("card-\(card)", [("prg_a", 1)]) }
            for number in 0..<100 {
                _ = try await fixture.recordSpend.record(spend("s\(number)", card: "card-\(number % 3)"))
            }
            let retry = RetryParkedLegs(
                pool: fixture.pool, plugins: fixture.plugins, positions: PositionsByHand(),
                legsPerBatch: 7)
            let stillFaulty = try await retry(programID: "prg_a")
            #expect(stillFaulty.settled == 0)
            #expect(stillFaulty.parkedAgain.values.reduce(0, +) == 100)

            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "3", version: 2))
            let settled = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await retry(programID: "prg_a").settled } }
                return try await group.reduce(0, +)
            }
            #expect(settled == 100)
            let after = try await retry(programID: "prg_a")
            #expect(after.settled == 0 && after.parkedAgain.isEmpty)
            let earned = try await fixture.number("select sum(earned_micro)::int8 from positions")
            #expect(earned == 100 * 30_000_000)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])

            let read = try await GetSpend(pool: fixture.pool)("s7")
            #expect(read.legs.map(\.status) == [.earned])
            #expect(read.legs.map(\.earnedMicro) == [30_000_000])
            #expect(read.legs.map(\.configurationVersion) == [2])
            #expect(read.legs.map(\.reason) == [nil])
            #expect(read.decision.legs.map(\.status) == [.parked])
            // The first answer stays the first answer.
            let replay = try await fixture.recordSpend.record(spend("s7", card: "card-1"))
            #expect(replay.recorded.legs.map(\.status) == [.parked])
        }
    }

    @Test("is passed over when its spend's stored decision cannot be read, and those behind it earn")
    func unreadable() async throws {
        try await SpendingFixture.with(plugins: [try Self.faulty("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            for number in 0..<5 { _ = try await fixture.recordSpend.record(spend("s\(number)")) }
            let stored = try await fixture.pool.query("select decision from spends where spend_id = 's1'")
            let bytes: [UInt8] = try #require(try stored.first?.value())
            _ = try await fixture.pool.query("update spends set decision = '\\x00' where spend_id = 's1'")
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", version: 2))
            let retry = RetryParkedLegs(
                pool: fixture.pool, plugins: fixture.plugins, positions: PositionsByHand(),
                legsPerBatch: 2)
            let report = try await retry(programID: "prg_a")
            #expect(report.settled == 4)
            #expect(report.parkedAgain == ["DECISION_NOT_REPRODUCED": 1])
            _ = try await fixture.pool.query(
                "update spends set decision = $1 where spend_id = 's1'", [.bytea(bytes)])
            let mended = try await retry(programID: "prg_a")
            #expect(mended.settled == 1 && mended.parkedAgain.isEmpty)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("earns together with the record of who asked, batch by batch, and a retry without effect leaves none")
    func recorded() async throws {
        try await SpendingFixture.with(plugins: [try Self.faulty("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            for number in 0..<5 { _ = try await fixture.recordSpend.record(spend("s\(number)")) }
            let retry = RetryParkedLegs(
                pool: fixture.pool, plugins: fixture.plugins, positions: PositionsByHand(),
                legsPerBatch: 2)
            let record = AuditEntry(clientID: "op", action: "RetryParkedLegs", subject: "prg_a")
            _ = try await retry(programID: "prg_a", audit: record)
            #expect(try await fixture.number("select count(*) from operator_actions") == 0)
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", version: 2))
            // The record is refused in the second batch: its legs stay parked, and the first batch is kept with its
            // own.
            _ = try await fixture.pool.query(
                "alter table operator_actions add constraint operator_actions_few check (action_id < 2)")
            await #expect(throws: PostgresError.self) { _ = try await retry(programID: "prg_a", audit: record) }
            #expect(try await fixture.number("select count(*) from legs where status = 'earned'") == 2)
            #expect(
                try await fixture.number("select sum((detail ->> 'settled')::int8)::int8 from operator_actions") == 2)
            _ = try await fixture.pool.query("alter table operator_actions drop constraint operator_actions_few")
            #expect(try await retry(programID: "prg_a", audit: record).settled == 3)
            #expect(try await retry(programID: "prg_a", audit: record).settled == 0)
            #expect(
                try await fixture.number("select sum((detail ->> 'settled')::int8)::int8 from operator_actions") == 5)
            #expect(try await fixture.number("select count(*) from operator_actions") == 3)
        }
    }

    @Test("keeps its whole amount when the plugin of the retry refuses a part, and counts in its month")
    func retriedWithCap() async throws {
        try await SpendingFixture.with(plugins: [try Self.faulty("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let day = PeriodTotalTests.noon(dayOfYear: 10)
            _ = try await fixture.recordSpend.record(spend("s1", amount: 120_00, at: day))
            _ = try await fixture.recordSpend.record(spend("s2", amount: 120_00, at: day))
            fixture.plugins.install(try PeriodTotalTests.tiers("prg_a"))
            let retry = RetryParkedLegs(
                pool: fixture.pool, plugins: fixture.plugins, positions: PositionsByHand())
            let report = try await retry(programID: "prg_a")
            #expect(report.settled == 2)
            let second = try await GetSpend(pool: fixture.pool)("s2")
            #expect(second.legs.map(\.amountMinor) == [120_00])
            #expect(second.legs.map(\.earnedMicro) == [30_000_000])
            #expect(second.legs.map(\.reason) == ["CAP_REACHED"])
            let accepted = try await fixture.number("select accepted_minor from period_totals where period = '2026-01'")
            #expect(accepted == 150_00)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }
}
