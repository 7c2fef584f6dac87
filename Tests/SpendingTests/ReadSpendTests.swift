import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("Reading spends")
struct ReadSpendTests {
    @Test("gives back what was recorded, field by field")
    func getSpend() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let answer = try await fixture.recordSpend.record(spend("s1"))
            let read = try await GetSpend(pool: fixture.pool)("s1")
            #expect(read == answer.recorded)
            try read.decision.check()
        }
    }

    @Test("names an unknown spend, an unknown card and a malformed request")
    func refusals() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            let get = GetSpend(pool: fixture.pool)
            let list = ListSpends(pool: fixture.pool)
            let outcomes = [
                try await reason { _ = try await get("nothing") },
                try await reason { _ = try await get("") },
                try await reason { _ = try await list(cardID: "nobody") },
                try await reason { _ = try await list(cardID: String(repeating: "c", count: 1 << 20)) },
                try await reason { _ = try await list(cardID: "card", pageSize: -1) },
            ]
            #expect(
                outcomes == [.unknownSpend, .invalidArgument, .unknownCard, .invalidArgument, .invalidArgument])
            for token in ["0", "-1", "+1", "01", "x", "9223372036854775808", " 1"] {
                let outcome = try await reason { _ = try await list(cardID: "card", pageToken: token) }
                #expect(outcome == .badPageToken, "\(token)")
            }
        }
    }

    @Test("pages through a card newest first, without skipping, while new spends arrive", arguments: [1, 7, 50, 0])
    func pages(size: Int) async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            try await fixture.register("other")
            for number in 0..<60 {
                _ = try await fixture.recordSpend.record(spend("s\(number)"))
                if number.isMultiple(of: 10) {
                    _ = try await fixture.recordSpend.record(spend("o\(number)", card: "other"))
                }
            }
            let list = ListSpends(pool: fixture.pool)
            var seen: [String] = []
            var token = ""
            repeat {
                let page = try await list(cardID: "card", pageSize: size, pageToken: token)
                #expect(page.spends.count <= (size == 0 ? 50 : size))
                seen += page.spends.map(\.spend.spendID)
                token = page.nextPageToken
                _ = try await fixture.recordSpend.record(spend("late \(seen.count)"))
            } while !token.isEmpty
            #expect(seen == (0..<60).reversed().map { "s\($0)" })
        }
    }
}
