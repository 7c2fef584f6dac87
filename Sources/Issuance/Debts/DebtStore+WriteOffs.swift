import PostgreSQL
import Rewards

extension DebtStore {
    /// What was written off under a request id before.
    struct WrittenOff: Sendable {
        let key: PositionKey
        let requestHash: [UInt8]
    }

    /// The write-off of a request id; no row when there is none.
    static func writtenOff(cardID: String, requestID: String) -> Query<WrittenOff> {
        let sql = """
            select card_id, program_id, unit, request_hash from debt_write_offs where card_id = $1 and request_id = $2
            """
        return Query(sql, [.text(cardID), .text(requestID)]) { row in
            WrittenOff(key: try PositionStore.key(row), requestHash: try row.get("request_hash"))
        }
    }

    /// Records a write-off; returns no row when the request id was used by another in the meantime.
    static func insert(
        _ key: PositionKey, requestID: String, micro: Int64, reason: String, by clientID: String,
        requestHash: [UInt8], at now: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            insert into debt_write_offs (card_id, request_id, program_id, unit, micro, reason, written_off_by, \
            request_hash,
                recorded_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict on constraint debt_write_offs_pkey do nothing
            returning write_off_number
            """
        return PostgresStatement(
            sql,
            [
                .text(key.cardID), .text(requestID), .text(key.programID), .text(key.unit.rawValue), .int8(micro),
                .text(reason), .text(clientID), .bytea(requestHash), .timestamptz(now),
            ])
    }
}

extension PositionStore {
    /// The positions of a card with a program, locked in key order.
    static func lock(cardID: String, programID: String) -> Query<PositionView> {
        let sql = """
            select \(columns) from positions where card_id = $1 and program_id = $2
            order by card_id collate "C", program_id collate "C", unit collate "C" for update
            """
        return Query(sql, [.text(cardID), .text(programID)], read: view)
    }

    /// Gives up a part of the debt of a position that is locked.
    static func writeOff(_ micro: Int64, of key: PositionKey, at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            update positions set written_off_micro = written_off_micro + $4, changed_at = $5
            where card_id = $1 and program_id = $2 and unit = $3
            """
        return PostgresStatement(
            sql, [.text(key.cardID), .text(key.programID), .text(key.unit.rawValue), .int8(micro), .timestamptz(now)])
    }
}
