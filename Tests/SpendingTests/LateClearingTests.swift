import PostgreSQL
import Spending
import Testing

@Suite("A clearing whose authorisation was reversed")
struct LateClearingTests {
    /// Versions 1, 2 and 3 take effect on days 10, 20 and 30, version 4 on day 30 too; the purchase is authorised under
    /// version 1 and reversed.
    private static func withReversed(
        _ lateClearing: LateClearing, _ body: (SpendingFixture) async throws -> Void
    ) async throws {
        let configuration = SpendingConfiguration(lateClearing: lateClearing)
        let programs = ["prg_a", "prg_b", "prg_c", "prg_d"]
        try await SpendingFixture.with(
            plugins: try programs.map { try SpendingFixture.flatRate($0) }, configuration: configuration
        ) { fixture in
            try await fixture.register("card")
            try await fixture.setPreference("card", [("prg_a", 1)], at: PeriodTotalTests.noon(dayOfYear: 10))
            _ = try await fixture.authorizeSpend(authorization("a1"))
            try await fixture.setPreference("card", [("prg_b", 1)], at: PeriodTotalTests.noon(dayOfYear: 20))
            try await fixture.setPreference("card", [("prg_c", 1)], at: PeriodTotalTests.noon(dayOfYear: 30))
            try await fixture.setPreference("card", [("prg_d", 1)], at: PeriodTotalTests.noon(dayOfYear: 30))
            _ = try await fixture.reverseAuthorization("a1")
            try await body(fixture)
            let faults = try await Books.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test(
        "is decided by the rule that the issuer declared",
        arguments: [
            (.authorization, 25, 1), (.latest, 25, 4), (.clearing, 25, 2), (.clearing, 19, 1), (.clearing, 20, 2),
            (.clearing, 30, 4), (.clearing, 300, 4), (.clearing, 9, 0),
        ] as [(Attribution, Int64, Int64)])
    func rule(_ rule: Attribution, dayOfYear: Int64, version: Int64) async throws {
        try await Self.withReversed(LateClearing(rule: rule)) { fixture in
            let request = spend("s1", at: PeriodTotalTests.noon(dayOfYear: dayOfYear), clearing: "a1")
            let answer = try await fixture.recordSpend.record(request)
            #expect(answer.recorded.attribution == rule)
            #expect(answer.recorded.preferenceVersion == version)
            let programs = version == 0 ? [] : [["prg_a", "prg_b", "prg_c", "prg_d"][Int(version) - 1]]
            #expect(answer.recorded.legs.map(\.programID) == programs)
            let row = try await fixture.pool.query("select attribution, authorization_id from spends")[0]
            #expect(try row.get("attribution", as: String.self) == rule.rawValue)
            #expect(try row.get("authorization_id", as: String.self) == "a1")
            let cleared = try await fixture.getAuthorization("a1").clearedMinor
            #expect(cleared == request.amountMinor)
        }
    }

    @Test(
        "follows the rule of the card's program where there is one",
        arguments: [("gold", .latest), ("basic", .clearing), ("", .authorization), ("Gold", .authorization)]
            as [(String, Attribution)])
    func byCardProgram(_ cardProgram: String, _ expected: Attribution) async throws {
        let rules = LateClearing(byCardProgram: ["gold": .latest, "basic": .clearing])
        try await Self.withReversed(rules) { fixture in
            try await fixture.setCardProgram("card", cardProgram)
            let answer = try await fixture.recordSpend.record(
                spend("s1", at: PeriodTotalTests.noon(dayOfYear: 25), clearing: "a1"))
            #expect(answer.recorded.attribution == expected)
            let versions: [Attribution: Int64] = [.authorization: 1, .clearing: 2, .latest: 4]
            #expect(answer.recorded.preferenceVersion == versions[expected])
        }
    }

    @Test("leaves spends that name no authorisation under the latest version", arguments: Attribution.allCases)
    func unnamed(_ rule: Attribution) async throws {
        try await Self.withReversed(LateClearing(rule: rule)) { fixture in
            let answer = try await fixture.recordSpend.record(spend("s1", at: PeriodTotalTests.noon(dayOfYear: 25)))
            #expect(answer.recorded.attribution == .latest)
            #expect(answer.recorded.preferenceVersion == 4)
        }
    }
}
