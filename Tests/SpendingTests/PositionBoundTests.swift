import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("What a position may earn")
struct PositionBoundTests {
    private static let bound = Position.earnedMicroMax

    private static func have(_ micro: Int64, _ card: String = "card", in fixture: SpendingFixture) async throws {
        _ = try await fixture.pool.query(
            "insert into positions (card_id, program_id, unit, earned_micro) values ($1, 'prg_a', 'points', $2)",
            [.text(card), .int8(micro)])
    }

    @Test("is refused beyond its bound to the one spend, with nothing of it stored and its whole batch recorded")
    func oneSpend() async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a", "5000")]
        try await SpendingFixture.with(plugins: plugins, configuration: SpendingConfiguration(lanes: 1)) { fixture in
            for card in 0..<8 { try await fixture.register("card-\(card)", currency: "JPY", [("prg_a", 1)]) }
            let outcomes = try await withThrowingTaskGroup(of: (Int, SpendingError?).self) { group in
                for card in 0..<8 {
                    group.addTask {
                        let request = spend(
                            "s\(card)", card: "card-\(card)", amount: card == 3 ? 1_000_000_000 : 1000, currency: "JPY")
                        do {
                            _ = try await fixture.recordSpend.record(request)
                            return (card, nil)
                        } catch let error as SpendingError {
                            return (card, error)
                        }
                    }
                }
                return try await group.reduce(into: [Int: SpendingError?]()) { $0[$1.0] = $1.1 }
            }
            for (card, error) in outcomes { #expect(error?.reason == (card == 3 ? .rewardOverflow : nil)) }
            #expect(outcomes[3]??.outcome == .notApplied)
            #expect(try await fixture.number("select count(*) from spends") == 7)
            let ofCard = "select count(*) from running_totals where card_id = 'card-3'"
            #expect(try await fixture.number(ofCard) == 0)
            // The id is free again, and the card goes on.
            _ = try await fixture.recordSpend.record(spend("s3", card: "card-3", amount: 1000, currency: "JPY"))
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("reaches the bound to the millionth and not one beyond, and what earns nothing is recorded at the bound")
    func toTheMillionth() async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a", "0.01"), try SpendingFixture.flatRate("prg_b", "0")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            try await fixture.register("idle", [("prg_b", 1)])
            try await Self.have(Self.bound - 100_000, in: fixture)
            // A hundredth of a point for each dollar: 100 millionths a cent.
            let beyond = try await reason { _ = try await fixture.recordSpend.record(spend("s1", amount: 1001)) }
            #expect(beyond == .rewardOverflow)
            let preview = try await reason {
                _ = try await PreviewSpend(pool: fixture.pool, plugins: fixture.plugins)(
                    spend("s1", amount: 1001))
            }
            #expect(preview == .rewardOverflow)
            _ = try await fixture.recordSpend.record(spend("s1", amount: 1000))
            #expect(try await fixture.number("select max(earned_micro) from positions") == Self.bound)
            let more = try await reason { _ = try await fixture.recordSpend.record(spend("s2", amount: 1)) }
            #expect(more == .rewardOverflow)
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "0", version: 2))
            _ = try await fixture.recordSpend.record(spend("s2", amount: 1))
        }
    }

    @Test("counts what the spends of one batch earn together", arguments: 1...3)
    func withinABatch(round: Int) async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a", "5000")]
        try await SpendingFixture.with(plugins: plugins, configuration: SpendingConfiguration(lanes: 1)) { fixture in
            try await fixture.register("card", currency: "JPY", [("prg_a", 1)])
            let outcomes = try await withThrowingTaskGroup(of: SpendingError.Reason?.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        // 0.6 of the bound.
                        let request = spend("s\(number)", amount: 138_350_581, currency: "JPY")
                        return try await reason { _ = try await fixture.recordSpend.record(request) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .rewardOverflow } == 5)
            #expect(try await fixture.number("select count(*) from spends") == 1)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("keeps the one parked leg parked that would go beyond, by that reason, and the others earn")
    func parkedLegs() async throws {
        try await SpendingFixture.with { fixture in
            for card in 0..<6 { try await fixture.register("card-\(card)", [("prg_a", 1)]) }
            for number in 0..<12 {
                _ = try await fixture.recordSpend.record(spend("s\(number)", card: "card-\(number % 6)"))
            }
            // Room for one of the card's two legs, and for none.
            try await Self.have(Self.bound - 10_000_000, "card-2", in: fixture)
            try await Self.have(Self.bound - 1, "card-4", in: fixture)
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a"))
            let report = try await fixture.retryParkedLegs(programID: "prg_a")
            #expect(report.settled == 9 && report.parkedAgain == ["REWARD_OVERFLOW": 3])
            let again = try await fixture.retryParkedLegs(programID: "prg_a")
            #expect(again.settled == 0 && again.parkedAgain == ["REWARD_OVERFLOW": 3])
            #expect(try await fixture.number("select max(earned_micro) from positions") == Self.bound)
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "0", version: 2))
            #expect(try await fixture.retryParkedLegs(programID: "prg_a").settled == 3)
        }
    }

    @Test("keeps the one held spend held that would go beyond, by that reason, and releases the others")
    func heldMoney() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card")
            for (number, amount) in [10_00, 1_000_000_00, 5_00].enumerated() {
                _ = try await fixture.recordSpend.record(spend("s\(number)", amount: Int64(amount)))
            }
            try await Self.have(Self.bound - 15_000_000, in: fixture)
            try await fixture.setPreference("card", [("prg_a", 1)])
            let report = try await fixture.releaseWorker().sweep()
            #expect(report.released == 2 && report.obstacles == ["REWARD_OVERFLOW": 1])
            #expect(try await fixture.get("s1").heldNowMinor == 1_000_000_00)
            #expect(try await fixture.number("select earned_micro from positions") == Self.bound)
        }
    }

    @Test("is what a full refund at the bound takes, and an undo gives back, any number of times")
    func refundsAtTheBound() async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a", "5000")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", currency: "JPY", [("prg_a", 1)])
            let one = try await reason {
                _ = try await fixture.recordSpend.record(spend("s0", amount: 230_584_301, currency: "JPY"))
            }
            #expect(one == .rewardOverflow)
            _ = try await fixture.recordSpend.record(spend("s1", amount: 230_584_300, currency: "JPY"))
            let earned = try await fixture.kept("prg_a")
            #expect(earned == 1_152_921_500_000_000_000)
            for round in 0..<3 {
                _ = try await fixture.recordRefund(refund("part-\(round)", of: "s1", amount: 37, currency: "JPY"))
                _ = try await fixture.recordRefund(
                    refund("rest-\(round)", of: "s1", amount: 230_584_263, currency: "JPY"))
                #expect(try await fixture.kept("prg_a") == 0)
                _ = try await fixture.undoRefund("rest-\(round)")
                _ = try await fixture.undoRefund("part-\(round)")
                #expect(try await fixture.kept("prg_a") == earned)
            }
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }
}
