import PostgreSQL
import Spending
import Synchronization
import Testing

@Suite("Authorising, clearing, reversing and changing preferences at once", .timeLimit(.minutes(15)))
struct AuthorizationConcurrencyTests {
    @Test("gives each clearing the pinned version until the reversal and the latest after it", arguments: [1, 2, 3])
    func together(seed: UInt64) async throws {
        let configuration = SpendingConfiguration(spendsPerBatchMax: 8, lateClearing: LateClearing(rule: .latest))
        let plugins = try ["prg_a", "prg_b", "prg_c"].map { try SpendingFixture.flatRate($0) }
        try await SpendingFixture.with(plugins: plugins, configuration: configuration) { fixture in
            let vectors: [[(programID: String, parts: Int)]] = [
                [("prg_a", 1)], [("prg_a", 1), ("prg_b", 2)], [("prg_b", 7), ("prg_c", 3)],
            ]
            let cards = (0..<3).map { "card-\($0)" }
            for card in cards { try await fixture.register(card, vectors[0]) }
            let history = History()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for card in cards {
                    for round in 0..<6 {
                        group.addTask { try await Self.life(of: "\(card)-a\(round)", on: card, fixture, history) }
                    }
                    group.addTask {
                        var generator = SeededGenerator(seed: seed)
                        for _ in 0..<20 {
                            try await fixture.setPreference(card, vectors[Int.random(in: 0..<3, using: &generator)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await Self.check(fixture, history, seed)
        }
    }

    /// Authorises, clears eight times around a reversal, and clears twice more.
    private static func life(
        of authorizationID: String, on card: String, _ fixture: SpendingFixture, _ history: History
    ) async throws {
        _ = try await fixture.authorizeSpend(authorization(authorizationID, card: card))
        func clear(_ number: Int) async throws -> RecordedSpend {
            let request = spend(
                "\(authorizationID)-s\(number)", card: card, amount: Int64(number * 37 + 1), clearing: authorizationID)
            return try await fixture.recordSpend.record(request).recorded
        }
        for number in 0..<2 { history.note(try await clear(number), .authorization) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 2..<8 { group.addTask { history.note(try await clear(number), nil) } }
            group.addTask { _ = try await fixture.reverseAuthorization(authorizationID) }
            try await group.waitForAll()
        }
        for number in 8..<10 { history.note(try await clear(number), .latest) }
    }

    private static func check(_ fixture: SpendingFixture, _ history: History, _ seed: UInt64) async throws {
        for (spend, expected) in history.spends {
            if let expected { #expect(spend.attribution == expected, "seed \(seed)") }
        }
        #expect(history.spends.count == 3 * 6 * 10)
        let wrong = try await fixture.number(
            """
            select count(*) from spends s
              join authorizations a using (card_id, authorization_id)
              left join preference_versions v on v.card_id = s.card_id and v.version = s.preference_version
             where v.weights is distinct from s.weights
                or (s.attribution = 'authorization') and s.preference_version <> a.preference_version
                or s.attribution = 'clearing' or a.status <> 'reversed'
            """)
        #expect(wrong == 0, "seed \(seed)")
        let faults = try await Books.faults(in: fixture.pool)
        #expect(faults == [], "seed \(seed)")
        let unfair = try await Books.unfairShares(in: fixture.pool)
        #expect(unfair == [], "seed \(seed)")
    }

    /// What was answered, with the attribution that nothing else than it allows; nil where the reversal raced.
    private final class History: Sendable {
        private let state = Mutex<[(RecordedSpend, Attribution?)]>([])

        var spends: [(RecordedSpend, Attribution?)] { state.withLock { $0 } }

        func note(_ spend: RecordedSpend, _ expected: Attribution?) {
            state.withLock { $0.append((spend, expected)) }
        }
    }
}
