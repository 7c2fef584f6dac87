import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("An authorised purchase", .timeLimit(.minutes(15)))
struct AuthorizationTests {
    static func plugins() throws -> [InstalledPlugin] {
        try ["prg_a", "prg_b", "prg_c"].map { try SpendingFixture.flatRate($0) }
    }

    @Test("is cleared under the preference it pinned: in several parts, under and over the authorised amount")
    func pins() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let made = try await fixture.authorizeSpend(authorization("a1", amount: 50_00))
            #expect(!made.replayed)
            #expect(made.authorization.preferenceVersion == 1)
            #expect(made.authorization.status == .open)
            #expect(made.authorization.clearedMinor == 0)
            try await fixture.setPreference("card", [("prg_b", 1)])
            let under = try await fixture.recordSpend.record(spend("s1", amount: 30_00, clearing: "a1"))
            let over = try await fixture.recordSpend.record(spend("s2", amount: 90_00, clearing: "a1"))
            let plain = try await fixture.recordSpend.record(spend("s3"))
            #expect([under, over, plain].map(\.recorded.preferenceVersion) == [1, 1, 2])
            #expect([under, over, plain].map(\.recorded.attribution) == [.authorization, .authorization, .latest])
            #expect([under, over, plain].map(\.recorded.authorizationID) == ["a1", "a1", nil])
            #expect(
                [under, over, plain].map { $0.recorded.legs.map(\.programID) } == [["prg_a"], ["prg_a"], ["prg_b"]])
            let cleared = try await fixture.getAuthorization("a1").clearedMinor
            #expect(cleared == 120_00)
            let read = try await GetSpend(pool: fixture.pool)("s2")
            #expect(read == over.recorded)
            let page = try await ListSpends(pool: fixture.pool)(cardID: "card")
            #expect(page.spends.map(\.attribution) == [.latest, .authorization, .authorization])
            let again = try await fixture.recordSpend.record(spend("s1", amount: 30_00, clearing: "a1"))
            #expect(again.replayed)
            #expect(again.recorded == under.recorded)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("shares one batch with spends under other versions, each vector on its own running total")
    func oneBatch() async throws {
        let configuration = SpendingConfiguration(lanes: 1)
        try await SpendingFixture.with(plugins: try Self.plugins(), configuration: configuration) { fixture in
            let vectors: [[(programID: String, parts: Int)]] = [
                [("prg_a", 1), ("prg_b", 1)], [("prg_a", 2), ("prg_c", 1)], [("prg_b", 3), ("prg_c", 4)],
            ]
            for card in ["card", "other"] {
                try await fixture.register(card)
                for (number, vector) in vectors.enumerated() {
                    try await fixture.setPreference(card, vector)
                    _ = try await fixture.authorizeSpend(authorization("\(card)-\(number)", card: card))
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    let card = number % 2 == 0 ? "card" : "other"
                    let pin = (number / 2) % 4
                    let request = spend(
                        "s\(number)", card: card, amount: Int64(number * 7 % 101 + 1),
                        clearing: pin == 3 ? "" : "\(card)-\(pin)")
                    group.addTask {
                        let answer = try await fixture.recordSpend.record(request)
                        #expect(answer.recorded.preferenceVersion == Int64(pin == 3 ? 3 : pin + 1))
                    }
                }
                try await group.waitForAll()
            }
            let totals = try await fixture.number("select count(*) from running_totals")
            #expect(totals == 6)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
            let unfair = try await Books.unfairShares(in: fixture.pool)
            #expect(unfair == [])
        }
    }

    @Test("of a card without links stays without links")
    func pinsNothing() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            try await fixture.register("card")
            let made = try await fixture.authorizeSpend(authorization("a1"))
            #expect(made.authorization.preferenceVersion == 0)
            try await fixture.setPreference("card", [("prg_a", 1)])
            let answer = try await fixture.recordSpend.record(spend("s1", amount: 12, clearing: "a1"))
            #expect(answer.recorded.preferenceVersion == 0)
            #expect(answer.recorded.decision.heldMinor == 12)
            #expect(answer.recorded.attribution == .authorization)
        }
    }

    @Test("sent again is answered as it is now; with other content it is refused")
    func repeated() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            try await fixture.register("other", [("prg_a", 1)])
            let first = try await fixture.authorizeSpend(authorization("a1"))
            try await fixture.setPreference("card", [("prg_b", 1)])
            let second = try await fixture.authorizeSpend(authorization("a1"))
            #expect(second.replayed)
            #expect(second.authorization == first.authorization)
            var name = authorization("a1")
            name.merchantName = "Corner shop 2"
            let others = [
                authorization("a1", amount: 50_01), authorization("a1", card: "other"), name,
                authorization("a1", at: first.authorization.authorizedAt),
            ]
            for other in others {
                let refusal = try await reason { _ = try await fixture.authorizeSpend(other) }
                #expect(refusal == .authorizationConflict)
            }
            _ = try await fixture.reverseAuthorization("a1")
            let third = try await fixture.authorizeSpend(authorization("a1"))
            #expect(third.replayed)
            #expect(third.authorization.status == .reversed)
        }
    }

    @Test("authorised by thirty equal calls at once is one authorisation")
    func equalCalls() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let answers = try await withThrowingTaskGroup(of: AuthorizationAnswer.self) { group in
                for _ in 0..<30 { group.addTask { try await fixture.authorizeSpend(authorization("a1")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { !$0.replayed }.count == 1)
            #expect(Set(answers.map(\.authorization)).count == 1)
            let rows = try await fixture.number("select count(*) from authorizations")
            #expect(rows == 1)
        }
    }

    @Test("of one id raced for by many cards is one card's, and the others are refused")
    func racedFor() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            for card in 0..<12 { try await fixture.register("card-\(card)") }
            let outcomes = try await withThrowingTaskGroup(of: SpendingError.Reason?.self) { group in
                for card in 0..<12 {
                    group.addTask {
                        try await reason {
                            _ = try await fixture.authorizeSpend(authorization("a1", card: "card-\(card)"))
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .authorizationConflict }.count == 11)
        }
    }

    @Test("is reversed once: repeating it changes nothing")
    func reversed() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            _ = try await fixture.authorizeSpend(authorization("a1"))
            let first = try await fixture.reverseAuthorization("a1")
            #expect(!first.replayed)
            #expect(first.authorization.status == .reversed)
            #expect(first.authorization.reversedAt != nil)
            let second = try await fixture.reverseAuthorization("a1")
            #expect(second.replayed)
            #expect(second.authorization == first.authorization)
            let unknown = try await reason { _ = try await fixture.reverseAuthorization("a2") }
            #expect(unknown == .unknownAuthorization)
            let unread = try await reason { _ = try await fixture.getAuthorization("a2") }
            #expect(unread == .unknownAuthorization)
        }
    }

    @Test("that the card does not have refuses the spend that names it, and nothing is stored")
    func unknown() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            try await fixture.register("other", [("prg_a", 1)])
            _ = try await fixture.authorizeSpend(authorization("a1", card: "other"))
            let before = try await fixture.fingerprint()
            for named in ["a1", "a2"] {
                let refusal = try await reason {
                    _ = try await fixture.recordSpend.record(spend("s1", clearing: named))
                }
                #expect(refusal == .unknownAuthorization)
            }
            let after = try await fixture.fingerprint()
            #expect(after == before)
        }
    }

    @Test("survives a commit that did not go through and whose answer was lost")
    func lostCommit() async throws {
        try await SpendingFixture.with(plugins: try Self.plugins()) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            try await fixture.pool.withConnection { connection in
                // A sequence is not rolled back, so it counts attempts; a deferred trigger runs inside COMMIT.
                try await connection.execute(
                    """
                    create sequence attempts;
                    create function disturb() returns trigger language plpgsql as $$
                    begin
                        if nextval('attempts') <= 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
                        return null;
                    end $$;
                    create constraint trigger disturb after insert on authorizations
                        deferrable initially deferred for each row execute function disturb();
                    """)
            }
            let answer = try await fixture.authorizeSpend(authorization("a1"))
            #expect(!answer.replayed)
            let attempts = try await fixture.number("select last_value from attempts")
            #expect(attempts == 2)
            let rows = try await fixture.number("select count(*) from authorizations")
            #expect(rows == 1)
        }
    }

    @Test(
        "is refused for what is wrong with it, by field",
        arguments: [
            (authorization(""), .invalidArgument, "authorization_id"),
            (authorization("a1", card: ""), .invalidArgument, "card_id"),
            (authorization("a1", currency: "usd"), .unknownCurrency, "amount.currency_code"),
            (authorization("a1", amount: 0), .notPositive, "amount.minor_units"),
            (authorization("a1", amount: 1_000_000_000_000_001), .amountTooLarge, "amount.minor_units"),
            (authorization("a1", at: .infinity), .invalidArgument, "authorized_at"),
            (authorization("a1", card: "nobody"), .unknownCard, nil),
            (authorization("a1", currency: "EUR"), .currencyMismatch, nil),
        ] as [(AuthorizationRequest, SpendingError.Reason, String?)])
    func refused(_ request: AuthorizationRequest, _ reason: SpendingError.Reason, _ field: String?) async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            do {
                _ = try await fixture.authorizeSpend(request)
                Issue.record("it was authorised")
            } catch let error as SpendingError {
                #expect(error.reason == reason)
                #expect(error.field == field)
                #expect(error.outcome == .notApplied)
            }
            let rows = try await fixture.number("select count(*) from authorizations")
            #expect(rows == 0)
        }
    }
}
