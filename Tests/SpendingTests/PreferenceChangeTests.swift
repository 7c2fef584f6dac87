import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A preference that changes between spends")
struct PreferenceChangeTests {
    @Test("is pinned by each spend, version by version")
    func pinned() async throws {
        try await SpendingFixture.with(plugins: try ["prg_a", "prg_b"].map { try SpendingFixture.flatRate($0) }) {
            fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let first = try await fixture.recordSpend.record(spend("s1"))
            try await fixture.setPreference("card", [("prg_b", 1)])
            let second = try await fixture.recordSpend.record(spend("s2"))
            #expect([first, second].map(\.recorded.preferenceVersion) == [1, 2])
            #expect(first.recorded.legs.map(\.programID) == ["prg_a"])
            #expect(second.recorded.legs.map(\.programID) == ["prg_b"])
            let again = try await fixture.recordSpend.record(spend("s1"))
            #expect(again.recorded == first.recorded)
        }
    }

    @Test("goes on with a vector's running total when the card returns to it")
    func runningTotalGoesOn() async throws {
        try await SpendingFixture.with(plugins: try ["prg_a", "prg_b"].map { try SpendingFixture.flatRate($0) }) {
            fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 1)])
            // A minor unit each: who is owed the next one depends on the running total alone.
            let first = try await fixture.recordSpend.record(spend("s1", amount: 1))
            try await fixture.setPreference("card", [("prg_a", 3), ("prg_b", 1)])
            _ = try await fixture.recordSpend.record(spend("s2", amount: 50))
            // The same shares in another multiple are the same vector.
            try await fixture.setPreference("card", [("prg_a", 5), ("prg_b", 5)])
            let second = try await fixture.recordSpend.record(spend("s3", amount: 1))
            #expect(second.recorded.decision.certificate.totalBefore == 1)
            let winners = [first, second].map { $0.recorded.legs.first { $0.amountMinor == 1 }?.programID }
            #expect(Set(winners) == ["prg_a", "prg_b"])
            let totals = try await fixture.number("select count(*) from running_totals where card_id = 'card'")
            #expect(totals == 2)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("under load keeps every vector's spends without gap and fair")
    func underLoad() async throws {
        let seed: UInt64 = 99
        let plugins = try ["prg_a", "prg_b", "prg_c"].map { try SpendingFixture.flatRate($0) }
        let configuration = SpendingConfiguration(spendsPerBatchMax: 8)
        try await SpendingFixture.with(plugins: plugins, configuration: configuration) { fixture in
            var generator = SeededGenerator(seed: seed)
            let vectors: [[(programID: String, parts: Int)]] = [
                [("prg_a", 1)], [("prg_a", 1), ("prg_b", 2)], [("prg_b", 7), ("prg_c", 3)],
            ]
            try await fixture.register("card", vectors[0])
            let amounts = (0..<400).map { _ in Int64.random(in: 1...9_999, using: &generator) }
            let changes = (0..<40).map { _ in Int.random(in: 0..<3, using: &generator) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, amount) in amounts.enumerated() {
                    group.addTask { _ = try await fixture.recordSpend.record(spend("s\(number)", amount: amount)) }
                }
                group.addTask { for change in changes { try await fixture.setPreference("card", vectors[change]) } }
                try await group.waitForAll()
            }
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [], "seed \(seed)")
            let unfair = try await Books.unfairShares(in: fixture.pool)
            #expect(unfair == [], "seed \(seed)")
            let wrongVersions = try await fixture.number(
                """
                select count(*) from spends s
                  left join preference_versions v on v.card_id = s.card_id and v.version = s.preference_version
                 where v.weights is distinct from s.weights
                """)
            #expect(wrongVersions == 0)
        }
    }
}
