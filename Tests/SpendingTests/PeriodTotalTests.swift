import AllocationPlugins
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A program whose plugin asks for period totals")
struct PeriodTotalTests {
    /// 2 points per major unit up to 100 major units a month, 1 beyond; at most 150 major units a month.
    static func tiers(_ programID: String) throws -> InstalledPlugin {
        try PluginRegistry(allocationPlugins).install(
            programID: programID, plugin: "capped-tiers",
            configuration: [
                "tiers": [["upTo": 100, "rate": "2"], ["rate": "1"]],
                "cap": ["on": "spending", "limit": 150, "beyond": "refuse"],
            ], configurationVersion: 1)
    }

    /// Noon of a day of 2026 in UTC.
    static func noon(dayOfYear: Int64) -> PostgresTimestamp {
        PostgresTimestamp(microsecondsSinceEpoch: (1_767_225_600 + (dayOfYear - 1) * 86_400 + 43_200) * 1_000_000)
    }

    @Test("gets what the month has had, within one batch and across batches")
    func carriesTotals() async throws {
        try await SpendingFixture.with(plugins: [try Self.tiers("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let day = Self.noon(dayOfYear: 10)
            var earned: [Int64] = []
            for number in 0..<4 {
                let answer = try await fixture.recordSpend.record(spend("s\(number)", amount: 50_00, at: day))
                earned.append(answer.recorded.legs[0].earnedMicro / 1_000_000)
                if number == 3 {
                    #expect(answer.recorded.decision.excludedMinor == 50_00)
                    #expect(answer.recorded.legs[0].reason == "CAP_REACHED")
                }
            }
            #expect(earned == [100, 100, 50, 0])
            let row = try await fixture.pool.query("select period, accepted_minor, earned_micro from period_totals")[0]
            #expect(try row.get("period", as: String.self) == "2026-01")
            #expect(try row.get("accepted_minor", as: Int64.self) == 150_00)
            #expect(try row.get("earned_micro", as: Int64.self) == 250_000_000)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("earns the same in all whether the spends arrive one by one or at once", arguments: [1, 2])
    func atOnce(lanes: Int) async throws {
        let configuration = SpendingConfiguration(lanes: lanes)
        try await SpendingFixture.with(plugins: [try Self.tiers("prg_a")], configuration: configuration) { fixture in
            for card in 0..<5 { try await fixture.register("card-\(card)", [("prg_a", 1)]) }
            let day = Self.noon(dayOfYear: 10)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let request = spend("s\(number)", card: "card-\(number % 5)", amount: 2_00, at: day)
                        _ = try await fixture.recordSpend.record(request)
                    }
                }
                try await group.waitForAll()
            }
            let right = try await fixture.number(
                "select count(*) from positions where earned_micro = 250000000 and program_id = 'prg_a'")
            #expect(right == 5)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("counts by the UTC month of the purchase, not of its arrival")
    func months() async throws {
        let dates: [(PostgresTimestamp, String)] = [
            (Self.noon(dayOfYear: 365), "2026-12"), (Self.noon(dayOfYear: 1), "2026-01"),
            (Self.noon(dayOfYear: 59), "2026-02"), (Self.noon(dayOfYear: 60), "2026-03"),
            (PostgresTimestamp(microsecondsSinceEpoch: 1_709_164_800_000_000), "2024-02"),
            (SpendValidationTests.year2000, "2000-01"),
            (SpendValidationTests.year2000.advanced(by: .seconds(2_678_399)), "2000-01"),
            (SpendValidationTests.year2000.advanced(by: .seconds(2_678_400)), "2000-02"),
            (SpendValidationTests.year9999, "9999-12"),
        ]
        let plugins = [try Self.tiers("prg_a")]
        try await SpendingFixture.with(plugins: plugins, now: { SpendValidationTests.year9999 }) { fixture in
            for (number, (date, month)) in dates.enumerated() {
                let card = "card-\(number)"
                try await fixture.register(card, [("prg_a", 1)])
                _ = try await fixture.recordSpend.record(spend("s\(number)", card: card, at: date))
                let rows = try await fixture.pool.query(
                    "select period from period_totals where card_id = $1", [.text(card)])
                #expect(try rows.map { try $0.value(as: String.self) } == [month])
            }
        }
    }

    @Test("offers what it refuses to the card's other program")
    func offersOn() async throws {
        let plugins = [try Self.tiers("prg_a"), try SpendingFixture.flatRate("prg_b")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 1)])
            let answer = try await fixture.recordSpend.record(
                spend("s1", amount: 400_00, at: Self.noon(dayOfYear: 10)))
            #expect(answer.recorded.legs.map(\.amountMinor) == [150_00, 250_00])
            #expect(answer.recorded.legs.map(\.shareMinor) == [200_00, 200_00])
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }
}
