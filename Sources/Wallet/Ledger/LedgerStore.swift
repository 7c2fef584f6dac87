import PostgreSQL
import Rewards

/// The SQL of the `wallet_transactions` table, and of the totals that follow it.
enum LedgerStore {
    /// A row to write.
    struct Posting: Sendable {
        let transactionID: String
        let cause: WalletCause
        let amount: Int64
        let reason: String?
        let redemptionID: String?
        var holdID: String?
    }

    private static let columns = """
        external_user_id, transaction_id, sequence, type, cause, amount, balance_after, reason, redemption_id, \
        hold_id, created_at
        """

    /// The two statements that write a row and move the member's totals; the member's row must be locked.
    static func post(
        _ posting: Posting, member id: String, _ environment: WalletEnvironment, account next: WalletAccount,
        now: PostgresTimestamp
    ) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                insert into wallet_transactions
                    (environment, external_user_id, sequence, transaction_id, type, cause, amount, balance_after,
                     received_after, reason, redemption_id, hold_id, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                """,
                [
                    .text(environment.rawValue), .text(id), .int8(next.sequence), .text(posting.transactionID),
                    .text(posting.amount > 0 ? "CREDIT" : "DEBIT"), .text(posting.cause.rawValue),
                    .int8(posting.amount), .int8(next.balance), .int8(next.amountReceived),
                    .textOrNull(posting.reason), .textOrNull(posting.redemptionID),
                    .textOrNull(posting.holdID), .timestamptz(now),
                ]),
            PostgresStatement(
                """
                update wallet_members set balance = $3, amount_received = $4, amount_spent = $5, ledger_sequence = $6,
                    held = $7
                where environment = $1 and external_user_id = $2
                """,
                [
                    .text(environment.rawValue), .text(id), .int8(next.balance), .int8(next.amountReceived),
                    .int8(next.amountSpent), .int8(next.sequence), .int8(next.held),
                ]),
        ]
    }

    /// The two statements that write any number of rows, in their order, and move the totals of their members; the
    /// members' rows must be locked.
    static func post(
        _ rows: [PostingBatch.Row], _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> [PostgresStatement] {
        // Each row continues the one before, so a member's last row has the totals.
        let last = Dictionary(rows.map { (ExactText($0.externalUserID), $0.account) }, uniquingKeysWith: { $1 })
        let members = last.sorted { $0.key < $1.key }
        return [
            PostgresStatement(
                """
                insert into wallet_transactions
                    (environment, external_user_id, sequence, transaction_id, type, cause, amount, balance_after,
                     received_after, reason, issue_reference, created_at)
                select $1, r.external_user_id, r.sequence, r.transaction_id,
                    case when r.amount > 0 then 'CREDIT' else 'DEBIT' end, r.cause, r.amount, r.balance_after,
                    r.received_after, r.reason, r.issue_reference, $11
                from unnest($2::text[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::int8[], \
                $9::text[],
                    $10::text[]) with ordinality as r (external_user_id, sequence, transaction_id, cause, amount,
                    balance_after, received_after, reason, issue_reference, place)
                order by r.place
                """,
                [
                    .text(environment.rawValue), .textArray(rows.map(\.externalUserID)),
                    .int8Array(rows.map(\.account.sequence)), .textArray(rows.map(\.posting.transactionID)),
                    .textArray(rows.map(\.posting.cause.rawValue)), .int8Array(rows.map(\.posting.amount)),
                    .int8Array(rows.map(\.account.balance)), .int8Array(rows.map(\.account.amountReceived)),
                    .textArrayNullable(rows.map(\.posting.reason)), .textArrayNullable(rows.map(\.issuanceReference)),
                    .timestamptz(now),
                ]),
            PostgresStatement(
                """
                update wallet_members m set balance = n.balance, amount_received = n.received, amount_spent = n.spent,
                    ledger_sequence = n.sequence
                from unnest($2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
                    as n (external_user_id, balance, received, spent, sequence)
                where m.environment = $1 and m.external_user_id = n.external_user_id
                """,
                [
                    .text(environment.rawValue), .textArray(members.map(\.key.text)),
                    .int8Array(members.map(\.value.balance)), .int8Array(members.map(\.value.amountReceived)),
                    .int8Array(members.map(\.value.amountSpent)), .int8Array(members.map(\.value.sequence)),
                ]),
        ]
    }

    /// Which rows pay some issuances, by the issuance's reference.
    static func ofIssuances(
        _ references: [String], _ environment: WalletEnvironment
    ) -> CombinedQuery<(String, String), [String: String]> {
        Query(
            """
            select issue_reference, transaction_id from wallet_transactions
            where issue_reference = any($2::text[]) and environment = $1
            """, [.text(environment.rawValue), .textArray(references)]
        ) { row in (try row.get("issue_reference"), try row.get("transaction_id")) }
        .combined { Dictionary($0, uniquingKeysWith: { $1 }) }
    }

    /// The balance after one row of a member; no row when there is none.
    static func balance(
        after transactionID: String, of id: String, _ environment: WalletEnvironment
    ) -> Query<Int64> {
        Query(
            """
            select balance_after from wallet_transactions
            where environment = $1 and external_user_id = $2 and transaction_id = $3
            """, [.text(environment.rawValue), .text(id), .text(transactionID)]
        ) { row in try row.get("balance_after") }
    }

    /// A page of a member's rows, newest first, those before a sequence.
    static func page(
        _ id: String, _ environment: WalletEnvironment, before: Int64, limit: Int
    ) -> Query<WalletTransaction> {
        Query(
            """
            select \(columns) from wallet_transactions
            where environment = $1 and external_user_id = $2 and sequence < $3 order by sequence desc limit $4
            """, [.text(environment.rawValue), .text(id), .int8(before), .int(limit)], read: transaction)
    }

    /// Every row of an environment, or of one member, by member and sequence.
    static func all(
        _ environment: WalletEnvironment, member id: String?
    ) -> Query<(externalUserID: String, row: WalletTransaction)> {
        Query(
            """
            select \(columns) from wallet_transactions
            where environment = $1 and ($2::text is null or external_user_id = $2)
            order by external_user_id, sequence
            """, [.text(environment.rawValue), .textOrNull(id)], read: transactionOfMember)
    }

    /// Rows after one, in the order of the primary key.
    static func part(
        _ environment: WalletEnvironment, member id: String?, after last: (externalUserID: String, sequence: Int64)?,
        limit: Int
    ) -> Query<(externalUserID: String, row: WalletTransaction)> {
        var parameters: [PostgresValue] = [.text(environment.rawValue), .int(limit)]
        var conditions = "environment = $1"
        if let id {
            parameters += [.text(id), .int8(last?.sequence ?? 0)]
            conditions += " and external_user_id = $3 and sequence > $4"
        } else if let last {
            parameters += [.text(last.externalUserID), .int8(last.sequence)]
            conditions += " and (external_user_id, sequence) > ($3, $4)"
        }
        return Query(
            "select \(columns) from wallet_transactions where \(conditions) order by external_user_id, sequence limit "
                + "$2",
            parameters, read: transactionOfMember)
    }

    private static func transactionOfMember(
        _ row: PostgresRow
    ) throws -> (externalUserID: String, row: WalletTransaction) {
        (try row.get("external_user_id"), try transaction(row))
    }

    private static func transaction(_ row: PostgresRow) throws -> WalletTransaction {
        WalletTransaction(
            id: try row.get("transaction_id"), sequence: try row.get("sequence"), type: try row.get("type"),
            cause: try row.get("cause", of: "wallet_transactions"), amount: try row.get("amount"),
            balanceAfter: try row.get("balance_after"),
            reason: try row.get("reason"), redemptionID: try row.get("redemption_id"),
            holdID: try row.get("hold_id"), createdAt: try row.get("created_at"))
    }
}
