import PostgreSQL
import Rewards

extension RefundMovementStore {
    /// A movement of a spend with one of its clawbacks, if it has any.
    struct SpendRow: Sendable {
        let number: Int64
        let movement: SpendMovement
        let clawback: SpendMovement.Clawback?
    }

    /// Reads the first movements of one spend with their clawbacks, a row each, movements without clawbacks included.
    static func ofSpend(cardID: String, spendID: String, limit: Int) -> Query<SpendRow> {
        Query(
            """
            select m.movement_number, m.refund_id, m.cause, m.amount_minor, m.refunded_after_minor, m.excluded_minor,
                   m.held_minor, m.released_minor, m.recorded_at, c.program_id, c.unit,
                   c.amount_minor as clawback_amount_minor, c.earned_micro, c.of_release
              from (select * from refund_movements where card_id = $1 and spend_id = $2
                     order by movement_number limit $3) m
              left join clawbacks c on c.card_id = m.card_id and c.movement_number = m.movement_number
             order by m.movement_number, c.program_id, c.of_release
            """, [.text(cardID), .text(spendID), .int(limit)]
        ) { row in
            let number: Int64 = try row.get("movement_number")
            let movement = SpendMovement(
                refundID: try row.get("refund_id"), cause: try row.get("cause"),
                amountMinor: try row.get("amount_minor"), refundedAfterMinor: try row.get("refunded_after_minor"),
                excludedMinor: try row.get("excluded_minor"),
                heldMinor: try row.get("held_minor"), releasedMinor: try row.get("released_minor"),
                recordedAt: try row.get("recorded_at"))
            guard let programID = try row.get("program_id", as: String?.self) else {
                return SpendRow(number: number, movement: movement, clawback: nil)
            }
            let clawback = SpendMovement.Clawback(
                programID: programID, unit: try row.get("unit", of: "clawbacks"),
                amountMinor: try row.get("clawback_amount_minor"), micro: try row.get("earned_micro"),
                isOfRelease: try row.get("of_release"))
            return SpendRow(number: number, movement: movement, clawback: clawback)
        }
    }

    /// Puts the rows of `ofSpend` together.
    static func movements(_ rows: [SpendRow]) -> [SpendMovement] {
        var movements: [SpendMovement] = []
        var last: Int64?
        for row in rows {
            if row.number != last {
                last = row.number
                movements.append(row.movement)
            }
            if let clawback = row.clawback { movements[movements.count - 1].clawbacks.append(clawback) }
        }
        return movements
    }
}
