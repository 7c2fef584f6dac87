import Cosmo
import Foundation
import PostgreSQL
import Rewards

/// The SQL of issuances: planning, claiming, and writing their states.
enum IssuanceStore {
    static let columns = """
        i.card_id, i.reference_number, i.issuance_number, i.program_id, i.unit, i.quantity_micro, i.sent_value,
        i.sent_currency, i.account, i.status, i.reason, i.cosmo_transaction_id, i.total_points, i.attempts, i.reads,
        i.absent_reads, i.due_at, i.lease_id, i.first_sent_at, i.last_sent_at, i.accepted_at, i.settled_at,
        i.settled_by, i.evidence, i.evidence_by, i.created_at, i.sent_unit_micro, i.resolved_at,
        i.planned_digest, i.adopted_at, i.wallet_environment
        """

    static func record(_ row: PostgresRow) throws -> IssuanceRecord {
        let key = try PositionStore.key(row)
        return IssuanceRecord(
            cardID: key.cardID, referenceNumber: try row.get("reference_number"),
            number: try row.get("issuance_number"),
            programID: key.programID, unit: key.unit, quantityMicro: try row.get("quantity_micro"),
            sentValue: try row.get("sent_value"), sentUnitMicro: try row.get("sent_unit_micro"),
            plannedDigest: try row.get("planned_digest"), sentCurrency: try row.get("sent_currency"),
            // A row that was damaged by hand must not hold back the others: Cosmo refuses an account of nobody.
            account: (try? CosmoAccount(json: try row.get("account"))) ?? CosmoAccount(fields: [:]),
            createdAt: try row.get("created_at"),
            status: try row.get("status", of: "issuances"), reason: try row.get("reason"),
            cosmoTransactionID: try row.get("cosmo_transaction_id"), totalPoints: try row.get("total_points"),
            attempts: try row.get("attempts"), reads: try row.get("reads"), absentReads: try row.get("absent_reads"),
            dueAt: try row.get("due_at"), leaseID: try row.get("lease_id"), firstSentAt: try row.get("first_sent_at"),
            lastSentAt: try row.get("last_sent_at"), acceptedAt: try row.get("accepted_at"),
            settledAt: try row.get("settled_at"),
            settledBy: try row.get("settled_by", of: "issuances"),
            evidence: try row.get("evidence"), evidenceBy: try row.get("evidence_by"),
            resolvedAt: try row.get("resolved_at"), adoptedAt: try row.get("adopted_at"),
            walletEnvironment: try row.get("wallet_environment"))
    }

    /// An issuance to be written before its first send (I-6).
    struct Planned: Sendable {
        let key: PositionKey
        let referenceNumber: String
        let quantityMicro: Int64
        let sentValue: Int64
        let sentUnitMicro: Int64
        let sentCurrency: String
        let account: CosmoAccount
    }

    static func insert(_ planned: [Planned], at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value,
                sent_currency, account, status, due_at, created_at, sent_unit_micro, planned_digest)
            select p.card_id, p.reference_number, p.program_id, p.unit, p.quantity_micro, p.sent_value, p.sent_currency,
                p.account::jsonb, 'planned', $9, $9, p.sent_unit_micro, p.planned_digest
            from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int8[], $6::int8[], $7::text[], $8::text[],
                    $10::int8[], $11::bytea[])
                as p (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_currency, account,
                    sent_unit_micro, planned_digest)
            """
        return PostgresStatement(
            sql,
            [
                .textArray(planned.map(\.key.cardID)), .textArray(planned.map(\.referenceNumber)),
                .textArray(planned.map(\.key.programID)), .textArray(planned.map(\.key.unit.rawValue)),
                .int8Array(planned.map(\.quantityMicro)), .int8Array(planned.map(\.sentValue)),
                .textArray(planned.map(\.sentCurrency)), .textArray(planned.map(\.account.json)),
                .timestamptz(now), .int8Array(planned.map(\.sentUnitMicro)),
                .byteaArray(planned.map { $0.digest(plannedAt: now) }),
            ])
    }

    /// Locks issuances by reference, after their positions.
    static func lock(_ references: [String]) -> Query<IssuanceRecord> {
        let sql = """
            select \(columns) from issuances i where i.reference_number = any($1::text[])
            order by i.card_id collate "C", i.reference_number collate "C" for update
            """
        return Query(sql, [.textArray(references)], read: record)
    }

    /// Which of some transaction ids belong to which issuance, by its reference.
    static func owners(ofTransactions ids: [String]) -> Query<(String, String)> {
        Query(
            """
            select cosmo_transaction_id, reference_number from issuances where cosmo_transaction_id = any($1::text[])
            """, [.textArray(ids)]
        ) { row in (try row.get("cosmo_transaction_id"), try row.get("reference_number")) }
    }

    /// Writes the states of locked issuances.
    static func update(_ records: [IssuanceRecord]) -> PostgresStatement {
        let sql = """
            update issuances i
            set status = u.status, reason = u.reason, cosmo_transaction_id = u.cosmo_transaction_id,
                total_points = u.total_points::numeric, reads = u.reads, absent_reads = u.absent_reads, due_at =
                    u.due_at,
                lease_id = u.lease_id::uuid, accepted_at = u.accepted_at, settled_at = u.settled_at,
                settled_by = u.settled_by, evidence = u.evidence, evidence_by = u.evidence_by,
                last_sent_at = u.last_sent_at, resolved_at = u.resolved_at, attempts = u.attempts,
                first_sent_at = u.first_sent_at
            from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int4[], $8::int4[],
                $9::timestamptz[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[],
                $15::text[], $16::timestamptz[], $17::timestamptz[], $18::int4[], $19::timestamptz[])
                as u (card_id, reference_number, status, reason, cosmo_transaction_id, total_points, reads,
                    absent_reads,
                    due_at, lease_id, accepted_at, settled_at, settled_by, evidence, evidence_by, last_sent_at,
                    resolved_at, attempts, first_sent_at)
            where i.card_id = u.card_id and i.reference_number = u.reference_number
            """
        return PostgresStatement(
            sql,
            [
                .textArray(records.map(\.cardID)), .textArray(records.map(\.referenceNumber)),
                .textArray(records.map(\.status.rawValue)), .textArrayNullable(records.map(\.reason)),
                .textArrayNullable(records.map(\.cosmoTransactionID)), .textArrayNullable(records.map(\.totalPoints)),
                .int4Array(records.map { Int32(clamping: $0.reads) }),
                .int4Array(records.map { Int32(clamping: $0.absentReads) }),
                .timestamptzArrayNullable(records.map(\.dueAt)), .textArrayNullable(records.map(\.leaseID)),
                .timestamptzArrayNullable(records.map(\.acceptedAt)),
                .timestamptzArrayNullable(records.map(\.settledAt)),
                .textArrayNullable(records.map(\.settledBy?.rawValue)), .textArrayNullable(records.map(\.evidence)),
                .textArrayNullable(records.map(\.evidenceBy)),
                .timestamptzArrayNullable(records.map(\.lastSentAt)),
                .timestamptzArrayNullable(records.map(\.resolvedAt)),
                .int4Array(records.map { Int32(clamping: $0.attempts) }),
                .timestamptzArrayNullable(records.map(\.firstSentAt)),
            ])
    }
}

extension IssuanceStore {
    /// A card's issuances with some programs that were planned at a time or later, in their order, at most `limit` of
    /// each.
    static func list(
        cardID: String, programIDs: [String], since: PostgresTimestamp, limit: Int
    ) -> Query<IssuanceRecord> {
        let sql = """
            select i.* from unnest($2::text[]) with ordinality as p (program_id, place)
            cross join lateral (
                select \(columns) from issuances i
                where i.card_id = $1 and i.program_id = p.program_id and i.created_at >= $3
                order by i.issuance_number limit $4) i
            order by p.place, i.issuance_number
            """
        let parameters: [PostgresValue] = [
            .text(cardID), .textArray(programIDs), .timestamptz(since), .int(limit),
        ]
        return Query(sql, parameters, read: record)
    }
}

/// Which issuances wait for a person, and since when they no longer do.
extension IssuanceStore {
    /// Holds for the issuances that wait for a person, as `IssuanceRecord.waitsForPerson` says; an index has exactly
    /// these.
    static let waiting = """
        (i.status = 'mismatched' or (i.status = 'unknown' and i.due_at is null)
            or (i.status in ('parked', 'confirmed') and i.reason is not null and i.resolved_at is null))
        """

    /// Marks what was parked of some issuances' positions as resolved, once nothing blocks those positions any more.
    ///
    /// Several issuances of a position may have been refused; the block bears the name of the last, and all of them
    /// wait until it is lifted. Positions are locked before issuances, here as everywhere.
    static func resolveParked(withBlocksOf references: [String], at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update issuances i set resolved_at = $2
            from issuances settled
            join positions p on p.card_id = settled.card_id and p.program_id = settled.program_id
                and p.unit = settled.unit and p.blocked_by is null
            where settled.reference_number = any($1::text[]) and i.card_id = settled.card_id
                and i.program_id = settled.program_id and i.unit = settled.unit and i.status = 'parked'
                and i.resolved_at is null
            """, [.textArray(references), .timestamptz(now)])
    }

    /// Marks one parked issuance as resolved: an operator has asked for its quantity to be planned again.
    static func resolve(_ referenceNumber: String, at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update issuances set resolved_at = $2
            where reference_number = $1 and status = 'parked' and resolved_at is null
            """, [.text(referenceNumber), .timestamptz(now)])
    }

    /// Marks what was parked of a card's position with a program as resolved: a new account takes the place of the one
    /// that was refused.
    static func resolveParked(cardID: String, programID: String, at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update issuances set resolved_at = $3
            where card_id = $1 and program_id = $2 and status = 'parked' and resolved_at is null
            """, [.text(cardID), .text(programID), .timestamptz(now)])
    }
}

extension IssuanceStore {
    /// Writes issuances that are paid into the wallet by the same transaction: born confirmed, never to be sent.
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
