import Cosmo
import PostgreSQL

extension PositionStore {
    /// Makes sure that a position is there, and locks it.
    static func adopt(_ key: PositionKey, at now: PostgresTimestamp) -> [PostgresStatement] {
        let parameters: [PostgresValue] = [.text(key.cardID), .text(key.programID), .text(key.unit.rawValue)]
        return [
            PostgresStatement(
                """
                insert into positions (card_id, program_id, unit, changed_at) values ($1, $2, $3, $4)
                on conflict on constraint positions_pkey do nothing
                """, parameters + [.timestamptz(now)]),
            PostgresStatement(
                "select 1 from positions where card_id = $1 and program_id = $2 and unit = $3 for update", parameters),
        ]
    }
}

extension IssuanceStore {
    /// Writes an issue that only Cosmo knew, as one whose outcome is not known; returns no row when its reference number
    /// is in the books.
    static func adopt(
        _ issue: Planned, _ sentAt: PostgresTimestamp, evidence: (text: String, clientID: String)?,
        at now: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_currency,
                account, status, reason, attempts, due_at, first_sent_at, last_sent_at, created_at, sent_unit_micro,
                planned_digest, evidence, evidence_by, adopted_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, 'unknown', $9, 1, $10, $11, $11, $10, $12, $13, $14, $15, $10)
            on conflict on constraint issuances_reference_number_key do nothing
            returning 1
            """
        return PostgresStatement(
            sql,
            [
                .text(issue.key.cardID), .text(issue.referenceNumber), .text(issue.key.programID),
                .text(issue.key.unit.rawValue), .int8(issue.quantityMicro), .int8(issue.sentValue),
                .text(issue.sentCurrency), .text(issue.account.json), .text(IssuanceReason.adopted), .timestamptz(now),
                .timestamptz(sentAt), .int8(issue.sentUnitMicro), .bytea(issue.digest(plannedAt: now)),
                .textOrNull(evidence?.text), .textOrNull(evidence?.clientID),
            ])
    }
}
