import AllocationPlugins
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Synchronization
import Testing

@Suite("Recording a spend", .timeLimit(.minutes(15)))
struct RecordSpendTests {
    @Test("splits it over the card's programs and writes spend, legs, running total and positions")
    func splits() async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a", "2"), try SpendingFixture.flatRate("prg_b", "0.5")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 3), ("prg_b", 2)])
            let answer = try await fixture.recordSpend.record(spend("s1", amount: 100_01))
            #expect(answer.replayed == false)
            #expect(answer.recorded.preferenceVersion == 1)
            let legs = answer.recorded.legs
            #expect(legs.map(\.programID) == ["prg_a", "prg_b"])
            #expect(legs.map(\.amountMinor) == [60_01, 40_00])
            #expect(legs.map(\.shareMinor) == [60_01, 40_00])
            #expect(legs.map(\.earnedMicro) == [120_020_000, 20_000_000])
            #expect(legs.map(\.configurationVersion) == [1, 1])
            #expect(legs.allSatisfy { $0.status == .earned && $0.unit == .points && $0.reason == nil })
            try answer.recorded.decision.check()
            let total = try await fixture.number(
                "select total_minor from running_totals where card_id = 'card' and weights = 'prg_a:3,prg_b:2'")
            #expect(total == 100_01)
            let earned = try await fixture.number(
                "select earned_micro from positions where card_id = 'card' and program_id = 'prg_a'")
            #expect(earned == 120_020_000)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("holds what a card without links spends")
    func heldWithoutLinks() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            let answer = try await fixture.recordSpend.record(spend("s1", amount: 77))
            #expect(answer.recorded.legs == [])
            #expect(answer.recorded.decision.heldMinor == 77)
            #expect(answer.recorded.preferenceVersion == 0)
            let totals = try await fixture.number("select count(*) from running_totals")
            #expect(totals == 0)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("gives an equal call the first answer, replayed")
    func replays() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let first = try await fixture.recordSpend.record(spend("s1"))
            // What has changed since does not change the answer.
            try await fixture.setPreference("card", [("prg_b", 1)])
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "9", version: 2))
            let second = try await fixture.recordSpend.record(spend("s1"))
            #expect(second.replayed)
            #expect(second.recorded == first.recorded)
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 1)
        }
    }

    @Test("takes a repetition without a time for equal however late it comes")
    func replaysWithoutTime() async throws {
        let clock = SteppingClock()
        try await SpendingFixture.with(now: { clock.next() }) { fixture in
            try await fixture.register("card")
            let first = try await fixture.recordSpend.record(spend("s1"))
            let second = try await fixture.recordSpend.record(spend("s1"))
            #expect(second.replayed)
            #expect(second.recorded.spend.purchase.occurredAtMicros == first.recorded.spend.purchase.occurredAtMicros)
            let withTime = try await reason {
                let at = PostgresTimestamp(microsecondsSinceEpoch: first.recorded.spend.purchase.occurredAtMicros)
                _ = try await fixture.recordSpend.record(spend("s1", at: at))
            }
            #expect(withTime == .spendConflict)
        }
    }

    @Test("refuses the same id with any other content, and leaves the first untouched")
    func conflicts() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            try await fixture.register("other")
            let time = PostgresTimestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
            let first = try await fixture.recordSpend.record(spend("s1", at: time))
            var others = [
                spend("s1", amount: 10_01, at: time), spend("s1", card: "other", at: time),
                spend("s1", mcc: "5412", at: time), spend("s1", at: time.advanced(by: .microseconds(1))), spend("s1"),
            ]
            for change: (inout SpendRequest) -> Void in [
                { $0.merchantName = "Corner shop " }, { $0.merchantCountry = "" },
            ] {
                var other = spend("s1", at: time)
                change(&other)
                others.append(other)
            }
            for other in others {
                do {
                    _ = try await fixture.recordSpend.record(other)
                    Issue.record("taken: \(other)")
                } catch let error as SpendingError {
                    #expect(error.reason == .spendConflict)
                    #expect(error.kind == .alreadyExists)
                    #expect(error.outcome == .notApplied)
                }
            }
            let read = try await GetSpend(pool: fixture.pool)("s1")
            #expect(read == first.recorded)
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 1)
        }
    }

    @Test("makes one spend and 49 replays of 50 equal calls at once")
    func concurrentEqualCalls() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let answers = try await withThrowingTaskGroup(of: SpendAnswer.self) { group in
                for _ in 0..<50 { group.addTask { try await fixture.recordSpend.record(spend("s1")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.replayed } == 49)
            #expect(Set(answers.map(\.recorded)).count == 1)
            let earned = try await fixture.number("select earned_micro from positions")
            #expect(earned == 10_000_000)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("lets one of many different contents under one id win, and refuses the others")
    func concurrentConflicts() async throws {
        try await SpendingFixture.with { fixture in
            for card in 0..<20 { try await fixture.register("card-\(card)") }
            let outcomes = try await withThrowingTaskGroup(of: SpendingError.Reason?.self) { group in
                for card in 0..<20 {
                    group.addTask {
                        try await reason { _ = try await fixture.recordSpend.record(spend("s1", card: "card-\(card)")) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.count { $0 == .spendConflict } == 19)
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 1)
        }
    }

    @Test("keeps ids apart that only look alike")
    func canonicallyEquivalentIDs() async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a"), try SpendingFixture.flatRate("prg_b")]
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        try await SpendingFixture.with(plugins: plugins, configuration: SpendingConfiguration(lanes: 1)) { fixture in
            try await fixture.register(composed, [("prg_a", 1)])
            try await fixture.register(decomposed, currency: "JPY", [("prg_b", 1)])
            // All at once, so that both cards and both spellings of an id share batches.
            let legs = try await withThrowingTaskGroup(of: RecordedLeg?.self) { group in
                for number in 0..<40 {
                    let requests = [
                        spend("\(number)\(composed)", card: composed, amount: 5_00),
                        spend("\(number)\(decomposed)", card: decomposed, amount: 7, currency: "JPY"),
                    ]
                    for request in requests {
                        group.addTask { try await fixture.recordSpend.record(request).recorded.legs.first }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(legs.count { $0?.programID == "prg_a" && $0?.earnedMicro == 5_000_000 } == 40)
            #expect(legs.count { $0?.programID == "prg_b" && $0?.earnedMicro == 7_000_000 } == 40)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test(
        "counts by the currency's own minor unit",
        arguments: [("JPY", 1_000, 1_000), ("USD", 1_000, 10), ("KWD", 1_000, 1), ("BHD", 1_234_567, 1_234)])
    func exponents(currency: String, amount: Int64, wholePoints: Int64) async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card", currency: currency, [("prg_a", 1)])
            let answer = try await fixture.recordSpend.record(spend("s1", amount: amount, currency: currency))
            #expect(answer.recorded.legs.map { $0.earnedMicro / 1_000_000 } == [wholePoints])
        }
    }

    @Test("refuses unknown cards and other currencies alone, not those in the same batch")
    func refusalsAreAlone() async throws {
        try await SpendingFixture.with(configuration: SpendingConfiguration(lanes: 1)) { fixture in
            try await fixture.register("card")
            let outcomes = try await withThrowingTaskGroup(of: (Int, SpendingError.Reason?).self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let request =
                            switch number % 3 {
                            case 0: spend("s\(number)")
                            case 1: spend("s\(number)", card: "nobody")
                            default: spend("s\(number)", currency: "EUR")
                            }
                        return (number, try await reason { _ = try await fixture.recordSpend.record(request) })
                    }
                }
                return try await group.reduce(into: [Int: SpendingError.Reason?]()) { $0[$1.0] = $1.1 }
            }
            let expected: [SpendingError.Reason?] = [nil, .unknownCard, .currencyMismatch]
            for (number, outcome) in outcomes { #expect(outcome == expected[number % 3]) }
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 20)
        }
    }

    @Test("names the reasons in the order of the interface's page")
    func precedence() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            _ = try await fixture.recordSpend.record(spend("s1"))
            let unknownCard = try await reason {
                _ = try await fixture.recordSpend.record(spend("s1", card: "nobody", currency: "EUR"))
            }
            #expect(unknownCard == .unknownCard)
            let mismatch = try await reason { _ = try await fixture.recordSpend.record(spend("s1", currency: "EUR")) }
            #expect(mismatch == .currencyMismatch)
        }
    }

    @Test("does not begin when the deadline is too near, and then does nothing")
    func timeLimit() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            for deadline in [ContinuousClock.now, .now + .milliseconds(5), .now - .seconds(1)] {
                let outcome = try await reason {
                    _ = try await fixture.recordSpend.record(spend("s1"), deadline: deadline)
                }
                #expect(outcome == .timeLimit)
            }
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 0)
            let answer = try await fixture.recordSpend.record(spend("s1"), deadline: .now + .seconds(60))
            #expect(!answer.replayed)
        }
    }

    @Test("refuses a running total beyond 64 bits, and nothing of it stays")
    func runningTotalOverflow() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a", "0")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            _ = try await fixture.recordSpend.record(spend("s1"))
            _ = try await fixture.pool.query(
                "update running_totals set total_minor = $1", [.int8(.max - 10)])
            let refused = try await reason { _ = try await fixture.recordSpend.record(spend("s2", amount: 11)) }
            #expect(refused == .runningTotalOverflow)
            let taken = try await reason { _ = try await fixture.recordSpend.record(spend("s3", amount: 10)) }
            #expect(taken == nil)
            let total = try await fixture.number("select total_minor from running_totals")
            #expect(total == .max)
        }
    }

    @Test("lets the one spend fail whose position would overflow in the database, and keeps the rest of its batch")
    func positionOverflow() async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a")]
        try await SpendingFixture.with(plugins: plugins, configuration: SpendingConfiguration(lanes: 1)) { fixture in
            for card in 0..<10 { try await fixture.register("card-\(card)", [("prg_a", 1)]) }
            _ = try await fixture.pool.query(
                """
                insert into positions (card_id, program_id, unit, earned_micro)
                values ('card-4', 'prg_a', 'points', $1)
                """, [.int8(.max - 5)])
            let outcomes = try await withThrowingTaskGroup(of: (Int, SpendingError.Reason?).self) { group in
                for card in 0..<10 {
                    group.addTask {
                        let request = spend("s\(card)", card: "card-\(card)")
                        return (card, try await reason { _ = try await fixture.recordSpend.record(request) })
                    }
                }
                return try await group.reduce(into: [Int: SpendingError.Reason?]()) { $0[$1.0] = $1.1 }
            }
            for (card, outcome) in outcomes { #expect(outcome == (card == 4 ? .rewardOverflow : nil)) }
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 9)
        }
    }

    @Test("refuses new spends once it shuts down, with nothing done")
    func shutDown() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            fixture.recordSpend.shutDown()
            let outcome = try await reason { _ = try await fixture.recordSpend.record(spend("s1")) }
            #expect(outcome == .shuttingDown)
        }
    }
}

/// A clock that moves on by a second at each look.
final class SteppingClock: Sendable {
    private let micros = Atomic<Int64>(1_700_000_000_000_000)

    func next() -> PostgresTimestamp {
        PostgresTimestamp(
            microsecondsSinceEpoch: micros.add(1_000_000, ordering: .relaxed).newValue)
    }
}
