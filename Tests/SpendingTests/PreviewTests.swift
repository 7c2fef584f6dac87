import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A preview that binds", .timeLimit(.minutes(15)))
struct PreviewTests {
    @Test("shows what is recorded with its token, byte for byte, and stores nothing itself")
    func binds() async throws {
        try await SpendingFixture.with(plugins: [
            try PeriodTotalTests.tiers("prg_a"), try SpendingFixture.flatRate("prg_b"),
        ]) {
            fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 2)])
            _ = try await fixture.recordSpend.record(spend("s0", amount: 333))
            let before = try await fixture.fingerprint()
            let preview = try await fixture.previewSpend()(spend("s1", amount: 100_01))
            let after = try await fixture.fingerprint()
            #expect(after == before)
            #expect(preview.attribution == .latest)
            #expect(preview.preferenceVersion == 1)
            let answer = try await fixture.recordSpend.record(
                spend("s1", amount: 100_01), previewToken: preview.token)
            #expect(!answer.replayed)
            #expect(answer.recorded.decision.canonicalBytes() == preview.decision.canonicalBytes())
            #expect(answer.recorded.legs == preview.legs)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("pins its own time for a spend that says none")
    func pinsTime() async throws {
        let clock = StandingClock()
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")], now: { clock.now }) {
            fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let previewedAt = clock.now
            let preview = try await fixture.previewSpend(now: { clock.now })(spend("s1"))
            clock.advance(by: .seconds(300))
            let answer = try await fixture.recordSpend.record(spend("s1"), previewToken: preview.token)
            #expect(answer.recorded.spend.purchase.occurredAtMicros == previewedAt.microsecondsSinceEpoch)
            // Without the token the content is the same: the time counts as absent.
            let again = try await fixture.recordSpend.record(spend("s1"))
            #expect(again.replayed)
            #expect(again.recorded == answer.recorded)
        }
    }

    @Test("of a clearing binds to the version that its authorisation pins")
    func ofClearing() async throws {
        try await SpendingFixture.with(plugins: try AuthorizationTests.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            _ = try await fixture.authorizeSpend(authorization("a1"))
            let preview = try await fixture.previewSpend()(spend("s1", clearing: "a1"))
            #expect(preview.attribution == .authorization)
            // Neither moves what the authorisation pins.
            try await fixture.setPreference("card", [("prg_b", 1)])
            _ = try await fixture.reverseAuthorization("a1")
            let answer = try await fixture.recordSpend.record(
                spend("s1", clearing: "a1"), previewToken: preview.token)
            #expect(answer.recorded.preferenceVersion == 1)
            #expect(answer.recorded.decision == preview.decision)
        }
    }

    /// Something that happens between a preview and its spend.
    enum Event: String, Sendable, CaseIterable {
        case preference, earlierSpend, plugin, periodTotal, authorization, serviceRules

        /// What the refusal names; what a month has had moves with the spend before.
        var expected: [PreviewChange] {
            switch self {
            case .preference: [.preference]
            case .earlierSpend: [.earlierSpend, .periodTotal]
            case .plugin: [.pluginConfiguration]
            case .periodTotal: [.periodTotal]
            case .authorization: [.authorization]
            case .serviceRules: [.serviceRules]
            }
        }
    }

    @Test("is refused by name of what changed, with nothing stored", arguments: Event.allCases)
    func changed(_ event: Event) async throws {
        var configuration = SpendingConfiguration(lateClearing: LateClearing(rule: .latest))
        let plugins = [try PeriodTotalTests.tiers("prg_a"), try SpendingFixture.flatRate("prg_b")]
        try await SpendingFixture.with(plugins: plugins, configuration: configuration) { fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 1)])
            _ = try await fixture.authorizeSpend(authorization("a1"))
            let at = PeriodTotalTests.noon(dayOfYear: 40)
            let request = spend("s1", amount: 900_00, at: at, clearing: event == .authorization ? "a1" : "")
            // What every program refuses is excluded by the running service.
            if event == .serviceRules {
                fixture.plugins.install(try PeriodTotalTests.tiers("prg_b"))
                configuration.fallback = .init(noLinks: .hold, refused: .hold)
            }
            let preview = try await fixture.previewSpend(configuration)(request)
            switch event {
            case .preference: try await fixture.setPreference("card", [("prg_b", 1)])
            case .earlierSpend: _ = try await fixture.recordSpend.record(spend("s0", amount: 2_00, at: at))
            case .plugin: fixture.plugins.install(try SpendingFixture.flatRate("prg_b", "3", version: 2))
            case .periodTotal:
                _ = try await fixture.pool.query(
                    "insert into period_totals values ('card', 'prg_a', '2026-02', 100, 200)")
            case .authorization: _ = try await fixture.reverseAuthorization("a1")
            case .serviceRules: break
            }
            let before = try await fixture.fingerprint()
            do {
                _ = try await fixture.recordSpend.record(request, previewToken: preview.token)
                Issue.record("it was recorded although it changed")
            } catch let error as SpendingError {
                #expect(error.reason == .previewChanged)
                #expect(error.previewChanges == event.expected)
                #expect(error.outcome == .notApplied)
                for change in event.expected { #expect(error.message.contains(change.rawValue)) }
            }
            let after = try await fixture.fingerprint()
            #expect(after == before)
            // A new preview binds again.
            let renewed = try await fixture.previewSpend(
                SpendingConfiguration(lateClearing: configuration.lateClearing))(request)
            let answer = try await fixture.recordSpend.record(request, previewToken: renewed.token)
            #expect(answer.recorded.decision == renewed.decision)
        }
    }

    @Test("ends with its lifetime, to the microsecond, and a replay with it does not")
    func expires() async throws {
        let clock = StandingClock()
        var configuration = SpendingConfiguration()
        configuration.previewLifetime = .seconds(60)
        try await SpendingFixture.with(
            plugins: [try SpendingFixture.flatRate("prg_a")], configuration: configuration, now: { clock.now }
        ) { fixture in
            for card in ["card", "late"] { try await fixture.register(card, [("prg_a", 1)]) }
            let previewSpend = fixture.previewSpend(configuration, now: { clock.now })
            let late = try await previewSpend(spend("s2", card: "late"))
            let preview = try await previewSpend(spend("s1"))
            #expect(preview.expiresAt == clock.now.advanced(by: .seconds(60)))
            clock.advance(by: .microseconds(59_999_999))
            let first = try await fixture.recordSpend.record(spend("s1"), previewToken: preview.token)
            clock.advance(by: .microseconds(1))
            let expired = try await reason {
                _ = try await fixture.recordSpend.record(spend("s2", card: "late"), previewToken: late.token)
            }
            #expect(expired == .previewExpired)
            let again = try await fixture.recordSpend.record(spend("s1"), previewToken: preview.token)
            #expect(again.replayed)
            #expect(again.recorded == first.recorded)
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 1)
        }
    }

    @Test("of another content is refused, whichever field differs")
    func otherSpend() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            for card in ["card", "other"] { try await fixture.register(card, [("prg_a", 1)]) }
            _ = try await fixture.authorizeSpend(authorization("a1"))
            let at = PeriodTotalTests.noon(dayOfYear: 40)
            let preview = try await fixture.previewSpend()(spend("s1", at: at))
            let others = [
                spend("s2", at: at), spend("s1", card: "other", at: at), spend("s1", amount: 10_01, at: at),
                spend("s1", mcc: "5412", at: at), spend("s1"), spend("s1", at: at, clearing: "a1"),
            ]
            for other in others {
                let refusal = try await reason {
                    _ = try await fixture.recordSpend.record(other, previewToken: preview.token)
                }
                #expect(refusal == .previewOfAnotherSpend)
            }
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 0)
        }
    }

    @Test("of a spend that was recorded without it says so, as applied; a new preview shows the recorded decision")
    func recordedOtherwise() async throws {
        try await SpendingFixture.with(plugins: try AuthorizationTests.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let preview = try await fixture.previewSpend()(spend("s1"))
            try await fixture.setPreference("card", [("prg_b", 1)])
            let recorded = try await fixture.recordSpend.record(spend("s1")).recorded
            do {
                _ = try await fixture.recordSpend.record(spend("s1"), previewToken: preview.token)
                Issue.record("another decision than the previewed one was answered")
            } catch let error as SpendingError {
                #expect(error.previewChanges == [.recordedOtherwise])
                #expect(error.outcome == .applied)
            }
            let renewed = try await fixture.previewSpend()(spend("s1"))
            #expect(renewed.decision == recorded.decision)
            let replay = try await fixture.recordSpend.record(spend("s1"), previewToken: renewed.token)
            #expect(replay.replayed)
            #expect(replay.recorded == recorded)
        }
    }

    @Test("is refused like the spend itself for what is wrong with the spend")
    func refusals() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            _ = try await fixture.recordSpend.record(spend("s1"))
            let cases: [(SpendRequest, SpendingError.Reason)] = [
                (spend(""), .invalidArgument), (spend("s2", amount: 0), .notPositive),
                (spend("s2", card: "nobody"), .unknownCard), (spend("s2", currency: "EUR"), .currencyMismatch),
                (spend("s1", amount: 5), .spendConflict), (spend("s2", clearing: "a9"), .unknownAuthorization),
            ]
            for (request, expected) in cases {
                let refusal = try await reason { _ = try await fixture.previewSpend()(request) }
                #expect(refusal == expected)
            }
        }
    }

    @Test("whose token was damaged or made up is refused, at every character")
    func badTokens() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let token = try await fixture.previewSpend()(spend("s1")).token
            #expect(token.utf8.allSatisfy { (0x30...0x7A).contains($0) || $0 == 0x2D || $0 == 0x2E })
            var bad = [
                "v1.", "v2." + token.dropFirst(3), token + "A", token + "=", String(token.dropLast()), "x", " ",
                String(repeating: "A", count: 100_000), "v1." + String(repeating: "A", count: 400),
            ]
            for index in token.indices {
                let other: Character = token[index] == "A" ? "B" : "A"
                bad.append(token.replacingCharacters(at: index, with: other))
            }
            for text in bad {
                let refusal = try await reason {
                    _ = try await fixture.recordSpend.record(spend("s1"), previewToken: text)
                }
                #expect(refusal == .badPreviewToken, "\(text.prefix(40))")
            }
            let spends = try await fixture.number("select count(*) from spends")
            #expect(spends == 0)
        }
    }
}

extension String {
    fileprivate func replacingCharacters(at index: Index, with character: Character) -> String {
        var copy = self
        copy.replaceSubrange(index...index, with: String(character))
        return copy
    }
}
