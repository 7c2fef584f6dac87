import PostgreSQL
import Rewards
import Testing

@testable import Issuance

/// Whatever happens to a position that has earned as much as one may, every sum fits.
@Suite struct PositionBoundTests {
    private static let bound = Position.earnedMicroMax

    private static func position(_ stage: Stage) async throws -> Position {
        try await stage.reads.position(cardID: "c1", programID: "prg_stay").position
    }

    @Test("A position at its bound is issued, confirmed, taken back whole, written off and given back")
    func everyOperation() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: Self.bound / 1_000_000)
            _ = try await stage.pool.query("update positions set earned_micro = $1", [.int8(Self.bound)])
            try await stage.plan()
            // What Cosmo answers to so large a value is no matter here: an operator saw it.
            let issuance = try await stage.theIssuance()
            #expect(issuance.quantityMicro == Self.bound / 1_000_000 * 1_000_000)
            _ = try await stage.pool.query(
                "update issuances set status = 'unknown', due_at = null, reason = 'TEST', attempts = 1")
            _ = try await stage.pool.query("update positions set unknown_micro = in_flight_micro, in_flight_micro = 0")
            #expect(try await stage.reads.unknownBalances().map(\.unknownMicro) == [issuance.quantityMicro])
            try await stage.clawBack("c1", "prg_stay", micro: Self.bound)
            try await stage.clawBack("c1", "prg_stay", micro: -Self.bound)
            _ = try await ResolveIssuance(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)(
                referenceNumber: issuance.referenceNumber, outcome: .issued, evidence: "seen", transactionID: "t-1",
                by: "operator")
            #expect(try await Self.position(stage).issuedMicro == issuance.quantityMicro)
            for round in 0..<3 {
                try await stage.clawBack("c1", "prg_stay", micro: Self.bound)
                #expect(try await Self.position(stage).debtMicro == issuance.quantityMicro)
                _ = try await stage.reads.debts()
                _ = try await stage.reads.debtTotals()
                _ = try await WriteOffDebt(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)(
                    .init(cardID: "c1", programID: "prg_stay", reason: "test", requestID: "w\(round)"), by: "operator")
                #expect(try await Self.position(stage).debtMicro == 0)
                try await stage.clawBack("c1", "prg_stay", micro: -Self.bound)
                try await stage.checkDebts()
            }
            try await stage.plan()
            try await stage.checkBooks()
            #expect(try await stage.count("true") == 1, "nothing is issued a second time")
        }
    }

    @Test("The sums over many positions at their bound are reported, capped at what 64 bits hold")
    func sums() async throws {
        try await Stage.with { stage in
            for card in 0..<9 {
                _ = try await stage.pool.query(
                    """
                    insert into positions (card_id, program_id, unit, earned_micro, clawed_back_micro, issued_micro,
                        unknown_micro) values ($1, 'prg_stay', 'points', $2, $2, $2, $2)
                    """, [.text("card-\(card)"), .int8(Self.bound)])
            }
            #expect(try await stage.reads.debtTotals().map(\.debtMicro) == [.max])
            #expect(try await stage.reads.unknownBalances().map(\.unknownMicro) == [.max])
            #expect(try await stage.reads.debts().debts.map(\.debtMicro) == Array(repeating: 2 * Self.bound, count: 9))
        }
    }
}
