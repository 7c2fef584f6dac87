import PostgreSQL
import Spending
import Testing

@Suite("The hash of a spend's content")
struct RequestHashTests {
    @Test("of a spend without an authorisation is what it was before there were any (I-5 over deployments)")
    func unchanged() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            let at = PeriodTotalTests.noon(dayOfYear: 3)
            _ = try await fixture.recordSpend.record(spend("s1", amount: 77))
            _ = try await fixture.recordSpend.record(spend("s2", amount: 77, at: at))
            let right = try await fixture.number(
                """
                select count(*) from spends
                 where request_hash = sha256(case spend_id when 's1' then $1::bytea else $2::bytea end)
                """, [.bytea(Self.content("s1", nil)), .bytea(Self.content("s2", at))])
            #expect(right == 2)
        }
    }

    @Test("tells a spend that names an authorisation from one that names none or another")
    func authorizationCounts() async throws {
        try await SpendingFixture.with { fixture in
            try await fixture.register("card")
            for name in ["a1", "a2"] { _ = try await fixture.authorizeSpend(authorization(name)) }
            _ = try await fixture.recordSpend.record(spend("s1", clearing: "a1"))
            _ = try await fixture.recordSpend.record(spend("s2"))
            for other in [spend("s1"), spend("s1", clearing: "a2"), spend("s2", clearing: "a1")] {
                let refusal = try await reason { _ = try await fixture.recordSpend.record(other) }
                #expect(refusal == .spendConflict)
            }
        }
    }

    /// Version 1, six texts with their lengths before them, the amount, and the time with a mark of its presence.
    private static func content(_ spendID: String, _ occurredAt: PostgresTimestamp?) -> [UInt8] {
        var bytes: [UInt8] = [1]
        func append(_ number: Int64) {
            for shift in (0..<8).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (shift * 8))) }
        }
        for text in [spendID, "card", "USD", "5411", "Corner shop", "US"] {
            append(Int64(text.utf8.count))
            bytes += Array(text.utf8)
        }
        append(77)
        bytes.append(occurredAt == nil ? 0 : 1)
        if let occurredAt { append(occurredAt.microsecondsSinceEpoch) }
        return bytes
    }
}
