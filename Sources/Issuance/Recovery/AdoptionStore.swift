import Cosmo
import PostgreSQL
import Rewards

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
    /// What was adopted into a position and issued, in millionths of the unit.
    static func adoptedMicro(of key: PositionKey) -> Query<Int64> {
        Query(
            """
            select coalesce(sum(quantity_micro), 0)::int8 as micro from issuances
            where card_id = $1 and program_id = $2 and unit = $3 and adopted_at is not null and status = 'confirmed'
            """, [.text(key.cardID), .text(key.programID), .text(key.unit.rawValue)]
        ) { row in try row.get("micro") }
    }

    /// An issuance of the position that was or will be sent with the same value and whose transaction is not known, by
    /// its reference number; no row when there is none.
    static func openAlike(_ issuance: Planned) -> Query<String> {
        Query(
            """
            select reference_number from issuances
            where card_id = $1 and program_id = $2 and unit = $3 and sent_value = $4 and reference_number <> $5
                and cosmo_transaction_id is null and (status in ('sending', 'unknown') or status = 'planned' and
                    reads > 0)
            order by issuance_number limit 1
            """,
            [
                .text(issuance.key.cardID), .text(issuance.key.programID), .text(issuance.key.unit.rawValue),
                .int8(issuance.sentValue), .text(issuance.referenceNumber),
            ]
        ) { row in try row.get("reference_number") }
    }

    /// Writes an issuance that only Cosmo knew, as one whose outcome is not known; returns no row when its reference
    /// number is in the books.
    static func adopt(
        _ issuance: Planned, _ sentAt: PostgresTimestamp, evidence: (text: String, clientID: String)?,
        at now: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value, \
            sent_currency,
                account, status, reason, attempts, due_at, first_sent_at, last_sent_at, created_at, sent_unit_micro,
                planned_digest, evidence, evidence_by, adopted_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, 'unknown', $9, 1, $10, $11, $11, $10, $12, $13, $14, $15, \
            $10)
            on conflict on constraint issuances_reference_number_key do nothing
            returning 1
            """
        return PostgresStatement(
            sql,
            [
                .text(issuance.key.cardID), .text(issuance.referenceNumber), .text(issuance.key.programID),
                .text(issuance.key.unit.rawValue), .int8(issuance.quantityMicro), .int8(issuance.sentValue),
                .text(issuance.sentCurrency), .text(issuance.account.json), .text(IssuanceReason.adopted),
                .timestamptz(now),
                .timestamptz(sentAt), .int8(issuance.sentUnitMicro), .bytea(issuance.digest(plannedAt: now)),
                .textOrNull(evidence?.text), .textOrNull(evidence?.clientID),
            ])
    }
}
