import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("Refunds at once", .timeLimit(.minutes(15)))
struct RefundConcurrencyTests {
    private static func with(_ body: (SpendingFixture) async throws -> Void) async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a"), try SpendingFixture.flatRate("prg_b")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 2)])
            try await body(fixture)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("fifty equal ones are one refund")
    func equal() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1"))
            let answers = try await withThrowingTaskGroup(of: RefundAnswer.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await fixture.recordRefund(refund("r1", of: "s1", amount: 3_00)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { !$0.replayed } == 1)
            #expect(Set(answers.map(\.refund)).count == 1)
            #expect(try await fixture.refunded("s1") == 3_00)
            #expect(try await fixture.number("select count(*) from refund_movements") == 1)
        }
    }

    @Test("one id for two cards is one refund, and the other card gets an error")
    func oneIDTwoCards() async throws {
        try await Self.with { fixture in
            try await fixture.register("other", [("prg_a", 1)])
            for round in 0..<10 {
                _ = try await fixture.recordSpend.record(spend("a\(round)"))
                _ = try await fixture.recordSpend.record(spend("b\(round)", card: "other"))
                let reasons = try await withThrowingTaskGroup(of: SpendingError.Reason?.self) { group in
                    for (spendID, cardID) in [("a\(round)", "card"), ("b\(round)", "other")] {
                        group.addTask {
                            try await reason {
                                _ = try await fixture.recordRefund(
                                    refund("r\(round)", of: spendID, card: cardID, amount: 1_00))
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(reasons.contains(nil) && reasons.contains(.refundConflict))
            }
        }
    }

    @Test("parts never exceed what was cleared, beside spends and undos of the same card")
    func parts() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            let reasons = try await withThrowingTaskGroup(of: SpendingError.Reason?.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await reason {
                            _ = try await fixture.recordRefund(refund("r\(number)", of: "s1", amount: 70))
                        }
                    }
                    group.addTask {
                        try await reason { _ = try await fixture.recordSpend.record(spend("more-\(number)")) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reasons.count { $0 == .refundExceedsSpend } == 40 - 14)
            #expect(Set(reasons) == [nil, .refundExceedsSpend])
            #expect(try await fixture.refunded("s1") == 9_80)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let undone = try await reason { _ = try await fixture.undoRefund("r\(number)") }
                        #expect(undone == nil || undone == .unknownRefund)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await fixture.refunded("s1") == 0)
        }
    }
}
