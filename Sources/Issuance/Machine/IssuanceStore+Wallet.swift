import Cosmo
import PostgreSQL
import Rewards

extension IssuanceStore {
    /// Writes issues that are paid into the wallet by the same transaction: born confirmed, never to be sent.
    static func insertPaid(
        _ paid: [Planned], environment: String, at now: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value,
                sent_currency, account, status, settled_at, settled_by, created_at, sent_unit_micro,
                planned_digest, wallet_environment)
            select p.card_id, p.reference_number, p.program_id, p.unit, p.quantity_micro, p.sent_value, p.sent_currency,
                p.account::jsonb, 'confirmed', $9, 'wallet', $9, p.sent_unit_micro, p.planned_digest, $12
            from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int8[], $6::int8[], $7::text[], $8::text[],
                    $10::int8[], $11::bytea[])
                as p (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_currency, account,
                    sent_unit_micro, planned_digest)
            """
        return PostgresStatement(
            sql,
            [
                .textArray(paid.map(\.key.cardID)), .textArray(paid.map(\.referenceNumber)),
                .textArray(paid.map(\.key.programID)), .textArray(paid.map(\.key.unit.rawValue)),
                .int8Array(paid.map(\.quantityMicro)), .int8Array(paid.map(\.sentValue)),
                .textArray(paid.map(\.sentCurrency)), .textArray(paid.map(\.account.json)), .timestamptz(now),
                .int8Array(paid.map(\.sentUnitMicro)),
                .byteaArray(paid.map { $0.digest(plannedAt: now) }), .text(environment),
            ])
    }
}
