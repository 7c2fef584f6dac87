import AllocationPlugin
import AllocationPlugins
import Logging
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Synchronization
import Waiting

/// The use cases around a refund, over the fixture's database.
extension SpendingFixture {
    var recordRefund: RecordRefund {
        RecordRefund(
            pool: pool, configuration: configuration, pinnedPlugins: plugins.pinned,
            positions: PositionsByHand())
    }
    var undoRefund: UndoRefund {
        UndoRefund(pool: pool, pinnedPlugins: plugins.pinned, positions: PositionsByHand())
    }
    var reattributeRefund: ReattributeRefund {
        ReattributeRefund(pool: pool, pinnedPlugins: plugins.pinned, positions: PositionsByHand())
    }
    var getRefund: GetRefund { GetRefund(pool: pool) }
    var listRefunds: ListRefunds { ListRefunds(pool: pool) }
    var refundWorker: RefundWorker { refundWorker(Signal()) }

    func refundWorker(_ spendsRecorded: Signal) -> RefundWorker {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .critical
        return RefundWorker(
            pool: pool, pinnedPlugins: plugins.pinned, positions: PositionsByHand(), spendsRecorded: spendsRecorded,
            logger: logger)
    }
    var retryParkedLegs: RetryParkedLegs {
        RetryParkedLegs(
            pool: pool, plugins: plugins, positions: PositionsByHand())
    }

    /// What a program has earned for a card and kept, in millionths.
    func kept(_ programID: String, card: String = "card") async throws -> Int64 {
        try await number(
            """
            select coalesce(sum(earned_micro - clawed_back_micro), 0)::int8
              from positions where card_id = $1 and program_id = $2
            """, [.text(card), .text(programID)])
    }

    /// How much of a spend is refunded now.
    func refunded(_ spendID: String) async throws -> Int64 {
        try await GetSpend(pool: pool)(spendID).refundedMinor
    }

    /// Capped tiers whose period totals a refund must move: 2 points up to 100 major units a month, 1 beyond, at most
    /// 150.
    static func tiers(_ programID: String, version: Int64 = 1) throws -> InstalledPlugin {
        try PluginRegistry(allocationPlugins).install(
            programID: programID, plugin: "capped-tiers",
            configuration: [
                "tiers": [["upTo": 100, "rate": "2"], ["rate": "1"]],
                "cap": ["on": "spending", "limit": 150, "beyond": "refuse"],
            ], configurationVersion: version)
    }
}

/// A plain refund, of a named spend unless that is empty.
func refund(
    _ refundID: String, of spendID: String = "", card: String = "", amount: Int64, currency: String = "USD",
    mcc: String = "", merchant: String = "", at occurredAt: PostgresTimestamp? = nil, clearing: String = ""
) -> RefundRequest {
    RefundRequest(
        refundID: refundID, spendID: spendID, cardID: card, currencyCode: currency, amountMinor: amount,
        merchantCategoryCode: mcc, merchantName: merchant, occurredAt: occurredAt, authorizationID: clearing)
}

/// Recomputes from the rows what must hold of refunds, in SQL that shares nothing with the code under test.
enum RefundBooks {
    /// What is broken, one line a row; empty when the books are sound.
    static func faults(in pool: PostgresPool) async throws -> [String] {
        var faults = try await Books.faults(in: pool)
        for (name, sql) in checks {
            for row in try await pool.query(sql) { faults.append("\(name): \(try row.value(as: String.self))") }
        }
        return faults
    }

    private static let checks = [
        (
            "I-1: clawbacks, excluded and held do not sum to a movement",
            """
            select m.movement_number::text from refund_movements m
             where m.amount_minor <> m.excluded_minor + m.held_minor + m.released_minor + coalesce((
                   select sum(c.amount_minor) from clawbacks c
                    where (c.card_id, c.movement_number, c.of_release) = (m.card_id, m.movement_number, false)), 0)
            """
        ),
        (
            "I-2: what was clawed back from a position is not the sum of its clawbacks",
            """
            select coalesce(c.card_id, p.card_id) || ' ' || coalesce(c.program_id, p.program_id)
              from (select card_id, program_id, unit, sum(earned_micro) as micro from clawbacks
                     group by 1, 2, 3 having sum(earned_micro) <> 0) c
              full join (select * from positions where clawed_back_micro <> 0) p using (card_id, program_id, unit)
             where c.micro is distinct from p.clawed_back_micro
            """
        ),
        (
            "I-4: the movements of a spend do not follow each other",
            """
            select spend_id from (
                select spend_id, refunded_after_minor, sum(amount_minor) over (
                    partition by card_id, spend_id order by movement_number) as expected from refund_movements) m
             where refunded_after_minor <> expected
            """
        ),
        (
            "I-4: more of a spend is refunded than was cleared",
            """
            select s.spend_id from spends s join refund_movements m using (card_id, spend_id)
             where m.refunded_after_minor > s.amount_minor
            """
        ),
        (
            "I-4: a leg gave more than it had",
            """
            select l.spend_id || ' ' || l.program_id from legs l
              join (select m.card_id, m.spend_id, c.program_id, c.of_release, sum(c.amount_minor) as amount,
                           sum(c.earned_micro) as micro
                      from refund_movements m join clawbacks c using (card_id, movement_number) group by 1, 2, 3, 4) t
             using (card_id, spend_id, program_id, of_release)
             where t.amount not between 0 and l.amount_minor or t.micro not between 0 and l.earned_micro
            """
        ),
        (
            "an applied refund is not borne by spends in full, or another is borne",
            """
            select r.refund_id from refunds r
             where coalesce((select sum(m.amount_minor) from refund_movements m
                              where (m.card_id, m.refund_id) = (r.card_id, r.refund_id)), 0)
                <> case r.status when 'applied' then r.amount_minor else 0 end
            """
        ),
        (
            "a period total is not what its legs have kept",
            """
            select t.card_id || ' ' || t.program_id from (
                select card_id, program_id, sum(earned_micro) as earned from period_totals group by 1, 2) t
              join (select card_id, program_id, sum(earned_micro - clawed_back_micro) as kept from positions group by
                  1, 2) p
             using (card_id, program_id)
             where t.earned <> p.kept
            """
        ),
    ]
}
