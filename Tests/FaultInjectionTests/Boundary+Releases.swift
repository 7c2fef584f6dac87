import OperatorRecord
import PostgreSQL
import Rewards
import Spending
import Wiring

extension Boundary {
    /// The commits that decide held money. The card has three held spends of 30.00, of one of which 10.00 is refunded.
    static let releases: [Boundary] = [releaseHeld, releaseWorker]

    /// A card without links spends, a refund takes from what is held, and then the card gets links.
    private static let hold: @Sendable (FaultStage) async throws -> Void = { stage in
        _ = try await stage.direct.query(
            """
            insert into cards (card_id, user_id, source_user_id, currency_code, request_hash)
            values ('bare', 'holder', 'source of bare', 'USD', '')
            """)
        for number in 0..<3 {
            var request = stage.spendRequest
            request.cardID = "bare"
            request.spendID = "held-\(number)"
            _ = try await stage.recordSpend.record(request)
        }
        _ = try await stage.refunds(stage.direct).record(
            RefundRequest(refundID: "refund", spendID: "held-1", currencyCode: "USD", amountMinor: 10_00))
        try await stage.direct.withTransaction { connection in
            _ = try await connection.pipeline([
                PostgresStatement("update cards set preference_version = 1 where card_id = 'bare'"),
                PostgresStatement(
                    """
                    insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                    values ('bare', 1, 'prg_a:1,prg_b:2', '[]', 'test', 'test', now())
                    """),
            ])
        }
    }

    private static let everything = expecting([
        ("releases", "select count(*) from releases", 3),
        ("spends that still hold money", "select count(*) from held_spends", 0),
        ("legs' amounts", "select sum(amount_minor)::int8 from legs where of_release", 90_00),
        ("running totals", "select sum(total_minor)::int8 from running_totals where card_id = 'bare'", 90_00),
        ("earned", "select sum(earned_micro)::int8 from positions where card_id = 'bare'", 90_000_000),
        ("taken", "select sum(clawed_back_micro)::int8 from positions where card_id = 'bare'", 10_000_000),
        ("movements", "select count(*) from refund_movements", 2),
    ])

    static let releaseHeld = Boundary(
        name: "ReleaseHeld", goesOn: true, prepare: hold,
        call: { stage in
            _ = try await stage.wiring(stage.pool).releases(FaultStage.spending, logger: FaultStage.logger).call(
                cardID: "bare", audit: AuditEntry(clientID: "operator", action: "ReleaseHeld", subject: ""))
        },
        isApplied: { try await $0.number("select count(*) from releases") > 0 },
        faults: { stage in
            try await everything(stage)
                + expecting([
                    ("records of it", "select count(*) from operator_actions where action = 'ReleaseHeld'", 1)
                ])(stage)
        })

    /// The worker finds the card by itself: a read in a transaction of its own comes first.
    static let releaseWorker = Boundary(
        name: "releasing held money", commitsBefore: 1, answersItsCaller: false, prepare: hold,
        call: { stage in
            _ = try await stage.wiring(stage.pool).releases(FaultStage.spending, logger: FaultStage.logger)
                .worker.sweep()
        },
        isApplied: { try await $0.number("select count(*) from releases") > 0 }, faults: everything)
}
