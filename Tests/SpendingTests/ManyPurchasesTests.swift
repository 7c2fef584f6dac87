import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("Ten thousand purchases", .timeLimit(.minutes(15)))
struct ManyPurchasesTests {
    static let programs = ["prg_a", "prg_b", "prg_c", "prg_d", "prg_e"]

    @Test("over 100 cards with 1 to 5 programs keep the books, each program within a minor unit of its share")
    func booksStay() async throws {
        let seed: UInt64 = 20_261_121
        let plugins = try Self.programs.enumerated().map { try SpendingFixture.flatRate($1, "\($0 + 1).25") }
        try await SpendingFixture.with(plugins: plugins) { fixture in
            var generator = SeededGenerator(seed: seed)
            for card in 0..<100 {
                let count = Int.random(in: 1...5, using: &generator)
                let shares = Self.programs.shuffled(using: &generator).prefix(count).map {
                    (programID: $0, parts: Int.random(in: 1...9, using: &generator))
                }
                try await fixture.register("card-\(card)", shares)
            }
            let requests = (0..<10_000).map { number in
                spend(
                    "spend-\(number)", card: "card-\(Int.random(in: 0..<100, using: &generator))",
                    amount: Int64.random(in: 1...99_999, using: &generator))
            }
            try await Self.record(requests, with: [fixture.recordSpend])
            let count = try await fixture.number("select count(*) from spends")
            #expect(count == 10_000)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [], "seed \(seed)")
            let unfair = try await Books.unfairShares(in: fixture.pool)
            #expect(unfair == [], "seed \(seed)")
            let sum = try await fixture.number("select sum(amount_minor)::int8 from legs")
            #expect(sum == requests.reduce(0) { $0 + $1.amountMinor }, "seed \(seed)")
        }
    }

    @Test("sent twice, in two orders, through two processes at once are recorded once each")
    func racingProcesses() async throws {
        let seed: UInt64 = 7_041_776
        let plugins = try Self.programs.map { try SpendingFixture.flatRate($0) }
        let small = SpendingConfiguration(spendsPerBatchMax: 32, racesMax: 200)
        try await SpendingFixture.with(plugins: plugins, configuration: small) { fixture in
            var generator = SeededGenerator(seed: seed)
            for card in 0..<10 {
                try await fixture.register("card-\(card)", [("prg_a", 2), ("prg_b", 3), ("prg_c", 1)])
            }
            let requests = (0..<1_500).map { number in
                spend(
                    "spend-\(number)", card: "card-\(Int.random(in: 0..<10, using: &generator))",
                    amount: Int64.random(in: 1...999, using: &generator))
            }
            let other = SpendingFixture.recordSpend(fixture.pool, fixture.plugins, fixture.configuration)
            let both =
                requests.map { ($0, fixture.recordSpend) } + requests.shuffled(using: &generator).map { ($0, other) }
            let answers = try await SpendingFixture.running(other) {
                try await withThrowingTaskGroup(of: SpendAnswer.self) { group in
                    for (request, process) in both.shuffled(using: &generator) {
                        group.addTask { try await process.record(request) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(answers.count { !$0.replayed } == 1_500, "seed \(seed)")
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [], "seed \(seed)")
            let unfair = try await Books.unfairShares(in: fixture.pool)
            #expect(unfair == [], "seed \(seed)")
        }
    }

    @Test("whose ids collide across cards, in two processes, have one owner for each id")
    func collidingIDs() async throws {
        let seed: UInt64 = 1_234_567
        let small = SpendingConfiguration(spendsPerBatchMax: 16, racesMax: 200)
        let plugins = [try SpendingFixture.flatRate("prg_a")]
        try await SpendingFixture.with(plugins: plugins, configuration: small) { fixture in
            var generator = SeededGenerator(seed: seed)
            for card in 0..<20 { try await fixture.register("card-\(card)", [("prg_a", 1)]) }
            let other = SpendingFixture.recordSpend(fixture.pool, fixture.plugins, fixture.configuration)
            let requests = (0..<800).map { _ in
                spend(
                    "spend-\(Int.random(in: 0..<100, using: &generator))",
                    card: "card-\(Int.random(in: 0..<20, using: &generator))")
            }
            let owners = try await SpendingFixture.running(other) {
                try await withThrowingTaskGroup(of: (String, String)?.self) { group in
                    for (number, request) in requests.enumerated() {
                        let process = number.isMultiple(of: 2) ? fixture.recordSpend : other
                        group.addTask {
                            let refusal = try await reason { _ = try await process.record(request) }
                            if refusal == nil { return (request.spendID, request.cardID) }
                            #expect(refusal == .spendConflict)
                            return nil
                        }
                    }
                    return try await group.reduce(into: [String: Set<String>]()) { owners, owner in
                        if let owner { owners[owner.0, default: []].insert(owner.1) }
                    }
                }
            }
            #expect(owners.values.allSatisfy { $0.count == 1 }, "seed \(seed)")
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == owners.count, "seed \(seed)")
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [], "seed \(seed)")
        }
    }

    private static func record(_ requests: [SpendRequest], with processes: [RecordSpend]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, request) in requests.enumerated() {
                group.addTask { _ = try await processes[number % processes.count].record(request) }
            }
            try await group.waitForAll()
        }
    }
}
