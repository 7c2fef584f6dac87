import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Synchronization
import Testing

@Suite("Previews among everything else that happens to a card (N7)", .timeLimit(.minutes(15)))
struct PreviewInterleavingTests {
    /// A preview not yet recorded, with how often its facts had moved by then.
    private struct Outstanding {
        let request: SpendRequest
        let preview: SpendPreview
        let cardMoves: Int
        let serviceMoves: Int
    }

    @Test(
        "are recorded exactly as shown or refused with nothing stored, and refused only when something moved",
        arguments: [11, 12, 13, 14] as [UInt64])
    func noThirdOutcome(seed: UInt64) async throws {
        let clock = StandingClock(PeriodTotalTests.noon(dayOfYear: 40))
        let configuration = SpendingConfiguration(
            lateClearing: LateClearing(rule: .latest), previewLifetime: .seconds(100))
        let plugins = [try PeriodTotalTests.tiers("prg_a"), try SpendingFixture.flatRate("prg_b")]
        try await SpendingFixture.with(plugins: plugins, configuration: configuration, now: { clock.now }) { fixture in
            var history = History(fixture: fixture, clock: clock, configuration: configuration, seed: seed)
            for card in history.cards { try await fixture.register(card, [("prg_a", 1), ("prg_b", 1)]) }
            for _ in 0..<250 { try await history.step() }
            #expect(history.recorded > 20, "seed \(seed)")
            #expect(history.refused > 20, "seed \(seed)")
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [], "seed \(seed): \(history.last)")
        }
    }

    @Test("are recorded as shown or refused also when all of it happens at once", arguments: [21, 22] as [UInt64])
    func atOnce(seed: UInt64) async throws {
        let configuration = SpendingConfiguration(spendsPerBatchMax: 8)
        let plugins = [try PeriodTotalTests.tiers("prg_a"), try SpendingFixture.flatRate("prg_b")]
        try await SpendingFixture.with(plugins: plugins, configuration: configuration) { fixture in
            let cards = (0..<4).map { "card-\($0)" }
            for card in cards { try await fixture.register(card, [("prg_a", 1), ("prg_b", 1)]) }
            let refused = Refused()
            try await withThrowingTaskGroup(of: Void.self) { group in
                // No more callers at once than the pool can serve in time on a machine that is busy with other tests.
                for caller in 0..<32 {
                    group.addTask {
                        for number in stride(from: caller, to: 160, by: 32) {
                            let amount = Int64(number * 53 % 997 + 1)
                            let request = spend("s\(number)", card: cards[number % 4], amount: amount)
                            let preview = try await fixture.previewSpend()(request)
                            do {
                                let answer = try await fixture.recordSpend.record(
                                    request, previewToken: preview.token)
                                #expect(answer.recorded.decision == preview.decision, "seed \(seed)")
                            } catch let error as SpendingError where error.reason == .previewChanged {
                                refused.note(request.spendID)
                            }
                        }
                    }
                }
                for card in cards {
                    group.addTask {
                        var generator = SeededGenerator(seed: seed)
                        for _ in 0..<10 {
                            let parts = Int.random(in: 1...3, using: &generator)
                            try await fixture.setPreference(card, [("prg_a", parts), ("prg_b", 2)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let ids = refused.spendIDs
            let stored = try await fixture.number(
                "select count(*) from spends where spend_id = any($1::text[])", [.textArray(ids)])
            #expect(stored == 0, "seed \(seed)")
            let spends = try await fixture.number("select count(*) from spends")
            #expect(Int(spends) + ids.count == 160, "seed \(seed)")
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [], "seed \(seed)")
        }
    }

    /// The spends that were refused.
    private final class Refused: Sendable {
        private let state = Mutex<[String]>([])

        var spendIDs: [String] { state.withLock { $0 } }

        func note(_ spendID: String) { state.withLock { $0.append(spendID) } }
    }

    /// One random history and what it allows.
    private struct History {
        let fixture: SpendingFixture
        let clock: StandingClock
        let configuration: SpendingConfiguration
        let seed: UInt64
        let cards = ["card-0", "card-1"]
        var generator: SeededGenerator
        var outstanding: [Outstanding] = []
        var cardMoves: [String: Int] = [:]
        var serviceMoves = 0
        var number = 0
        var openAuthorizations: [(id: String, card: String)] = []
        var recorded = 0
        var refused = 0
        var last: [String] = []

        init(
            fixture: SpendingFixture, clock: StandingClock, configuration: SpendingConfiguration, seed: UInt64
        ) {
            self.fixture = fixture
            self.clock = clock
            self.configuration = configuration
            self.seed = seed
            generator = SeededGenerator(seed: seed)
        }

        mutating func step() async throws {
            number += 1
            let card = cards[Int.random(in: 0..<2, using: &generator)]
            let kind = Int.random(in: 0..<20, using: &generator)
            last = Array((last + ["\(number): \(kind) on \(card)"]).suffix(12))
            switch kind {
            case 0..<7: try await preview(card)
            case 7..<14: try await useToken()
            case 14:
                _ = try await fixture.recordSpend.record(spend("s\(number)", card: card, amount: amount()))
                cardMoves[card, default: 0] += 1
            case 15:
                let parts = Int.random(in: 1...4, using: &generator)
                try await fixture.setPreference(card, [("prg_a", parts), ("prg_b", 3)])
                cardMoves[card, default: 0] += 1
            case 16:
                fixture.plugins.install(try SpendingFixture.flatRate("prg_b", "2", version: Int64(number)))
                serviceMoves += 1
            case 17: clock.advance(by: .seconds(Int64.random(in: 1...60, using: &generator)))
            case 18:
                _ = try await fixture.authorizeSpend(authorization("a\(number)", card: card))
                openAuthorizations.append(("a\(number)", card))
            default:
                guard let open = openAuthorizations.popLast() else { return }
                _ = try await fixture.reverseAuthorization(open.id)
                cardMoves[open.card, default: 0] += 1
            }
        }

        private mutating func preview(_ card: String) async throws {
            let open = openAuthorizations.last { $0.card == card }?.id ?? ""
            let clearing = Bool.random(using: &generator) ? open : ""
            let request = spend("s\(number)", card: card, amount: amount(), clearing: clearing)
            let clock = clock
            let preview = try await fixture.previewSpend(configuration, now: { clock.now })(request)
            outstanding.append(
                Outstanding(
                    request: request, preview: preview, cardMoves: cardMoves[card, default: 0],
                    serviceMoves: serviceMoves))
        }

        /// Records a random outstanding preview; one in three stays outstanding, for a replay or a second refusal.
        private mutating func useToken() async throws {
            guard !outstanding.isEmpty else { return }
            // Often the newest, about which nothing may have moved yet.
            let oldest = Bool.random(using: &generator) ? outstanding.count - 1 : 0
            let index = Int.random(in: oldest..<outstanding.count, using: &generator)
            let used = outstanding[index]
            let (request, preview) = (used.request, used.preview)
            if Int.random(in: 0..<3, using: &generator) > 0 { outstanding.remove(at: index) }
            let before = try await fixture.fingerprint()
            do {
                let answer = try await fixture.recordSpend.record(request, previewToken: preview.token)
                #expect(answer.recorded.decision == preview.decision, "seed \(seed): \(last)")
                #expect(answer.recorded.attribution == preview.attribution, "seed \(seed): \(last)")
                if !answer.replayed {
                    cardMoves[request.cardID, default: 0] += 1
                    recorded += 1
                }
            } catch let error as SpendingError {
                refused += 1
                let hasMoved =
                    used.cardMoves != cardMoves[request.cardID, default: 0] || used.serviceMoves != serviceMoves
                switch error.reason {
                case .previewChanged: #expect(hasMoved, "seed \(seed): \(last)")
                case .previewExpired: #expect(preview.expiresAt <= clock.now, "seed \(seed): \(last)")
                default: Issue.record("a third outcome: \(error); seed \(seed): \(last)")
                }
                let after = try await fixture.fingerprint()
                #expect(after == before, "seed \(seed): \(last)")
            }
        }

        private mutating func amount() -> Int64 { Int64.random(in: 1...9_999, using: &generator) }
    }
}
