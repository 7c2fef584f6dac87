import PostgreSQL

/// The SQL of the `wallet_transactions` table, and of the totals that follow it.
enum LedgerStore {
    /// A row to write.
    struct Posting: Sendable {
        let transactionID: String
        let cause: WalletCause
        let amount: Int64
        let reason: String?
        let redemptionID: String?
    }

    private static let columns = """
        external_user_id, transaction_id, sequence, type, cause, amount, balance_after, reason, redemption_id, created_at
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
                     received_after, reason, redemption_id, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                [
                    .text(environment.rawValue), .text(id), .int8(next.sequence), .text(posting.transactionID),
                    .text(posting.amount > 0 ? "CREDIT" : "DEBIT"), .text(posting.cause.rawValue),
                    .int8(posting.amount), .int8(next.balance), .int8(next.amountReceived),
                    .textOrNull(posting.reason), .textOrNull(posting.redemptionID), .timestamptz(now),
                ]),
            PostgresStatement(
                """
                update wallet_members set balance = $3, amount_received = $4, amount_spent = $5, ledger_sequence = $6
                where environment = $1 and external_user_id = $2
                """,
                [
                    .text(environment.rawValue), .text(id), .int8(next.balance), .int8(next.amountReceived),
                    .int8(next.amountSpent), .int8(next.sequence),
                ]),
        ]
    }

    /// The statement of a page; public to the tests, which show its plan.
    static let pageSQL = """
        select \(columns) from wallet_transactions
        where environment = $1 and external_user_id = $2 and sequence < $3 order by sequence desc limit $4
        """

    nonisolated(nonsending) static func page(
        _ id: String, _ environment: WalletEnvironment, before: Int64, limit: Int, on connection: PostgresConnection
    ) async throws -> [WalletTransaction] {
        try await connection.query(
            pageSQL, [.text(environment.rawValue), .text(id), .int8(before), .int(limit)]
        ).map(transaction)
    }

    /// Every row of an environment, or of one member, in memory that does not grow with their number.
    nonisolated(nonsending) static func forEach(
        _ environment: WalletEnvironment, member id: String?, timeout: Duration, on connection: PostgresConnection,
        _ body: (String, WalletTransaction) throws -> Void
    ) async throws {
        try await connection.forEachRow(
            """
            select \(columns) from wallet_transactions
            where environment = $1 and ($2::text is null or external_user_id = $2)
            order by external_user_id, sequence
            """, [.text(environment.rawValue), .textOrNull(id)], timeout: timeout
        ) { row in
            try body(try row.get("external_user_id"), try transaction(row))
        }
    }

    private static func transaction(_ row: PostgresRow) throws -> WalletTransaction {
        let cause: String = try row.get("cause")
        guard let known = WalletCause(rawValue: cause) else {
            throw WalletError(.internalFault, "a ledger row has a cause of a later release: update this service")
        }
        return WalletTransaction(
            id: try row.get("transaction_id"), sequence: try row.get("sequence"), type: try row.get("type"),
            cause: known, amount: try row.get("amount"), balanceAfter: try row.get("balance_after"),
            reason: try row.get("reason"), redemptionID: try row.get("redemption_id"),
            createdAt: try row.get("created_at"))
    }
}
