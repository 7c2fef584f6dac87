import PostgreSQL
import Rewards

extension RefundMovementStore {
    /// Reads the first movements of one spend with their clawbacks, a row each, movements without clawbacks included.
    static func ofSpend(cardID: String, spendID: String, limit: Int) -> PostgresStatement {
        PostgresStatement(
            """
            select m.movement_number, m.refund_id, m.cause, m.amount_minor, m.refunded_after_minor, m.excluded_minor,
                   m.held_minor, m.recorded_at, c.program_id, c.unit, c.amount_minor, c.earned_micro, c.of_release,
                   m.released_minor
              from (select * from refund_movements where card_id = $1 and spend_id = $2
                     order by movement_number limit $3) m
              left join clawbacks c on c.card_id = m.card_id and c.movement_number = m.movement_number
             order by m.movement_number, c.program_id, c.of_release
            """, [.text(cardID), .text(spendID), .int(limit)])
    }

    /// Puts the rows of `ofSpend` together.
    static func movements(_ result: PostgresResult) throws -> [SpendMovement] {
        var movements: [SpendMovement] = []
        var last: Int64?
        for row in result {
            let number: Int64 = try row.get(0)
            if number != last {
                last = number
                movements.append(
                    SpendMovement(
                        refundID: try row.get(1), cause: try row.get(2), amountMinor: try row.get(3),
                        refundedAfterMinor: try row.get(4), excludedMinor: try row.get(5), heldMinor: try row.get(6),
                        releasedMinor: try row.get(13), recordedAt: try row.get(7)))
            }
            guard let programID = try row.get(8, as: String?.self) else { continue }
            movements[movements.count - 1].clawbacks.append(
                SpendMovement.Clawback(
                    programID: programID, unit: RewardUnit(rawValue: try row.get(9)) ?? .points,
                    amountMinor: try row.get(10), micro: try row.get(11), isOfRelease: try row.get(12)))
        }
        return movements
    }
}
