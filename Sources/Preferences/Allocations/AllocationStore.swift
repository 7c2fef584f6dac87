import Cards
import PostgreSQL

/// The SQL of `preference_allocations`.
enum AllocationStore {
    /// Enters an allocation. Its stamp is never before that of the card's last one, so
    /// that the order of stamps is the order of calls whatever the clocks do.
    static func insert(
        programID: String, parts: Int, of card: LockedCard, stampMicros: Int64, requestID: String,
        now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into preference_allocations (card_id, program_id, parts, stamp_micros, request_id, recorded_at)
            values ($1, $2, $3::bigint::integer, greatest($4::bigint, (
                select stamp_micros from preference_allocations
                where card_id = $1 order by allocation_id desc limit 1)), $5, $6)
            """,
            [
                .text(card.id), .text(programID), .int(parts), .int8(stampMicros), .text(requestID), .timestamptz(now),
            ])
    }

    /// The allocations of a card, in the order of calls.
    static func allocations(ofCard cardID: String) -> Query<Allocation> {
        Query(
            """
            select allocation_id, program_id, parts, stamp_micros, recorded_at from preference_allocations
            where card_id = $1 order by allocation_id
            """,
            [.text(cardID)]
        ) { row in
            try Allocation(
                allocationID: row.get("allocation_id"), programID: row.get("program_id"),
                parts: Int(row.get("parts", as: Int32.self)), stampMicros: row.get("stamp_micros"),
                recordedAt: row.get("recorded_at"))
        }
    }
}
