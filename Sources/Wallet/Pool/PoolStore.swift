import PostgreSQL

/// The SQL of `wallet_pools` and `wallet_pool_entries`; only LIVE has a pool.
enum PoolStore {
    /// The pool's row.
    struct Row: Sendable {
        let state: WalletPoolState
        let isLow: Bool
        let sequence: Int64
    }

    private static let select = """
        select balance, low_water_mark, is_low, sequence from wallet_pools where environment = 'LIVE'
        """

    static let find = Query(select, read: row)

    static let lock = Query(select + " for no key update", read: row)

    /// Makes the pool unless there is one; it goes before the lock, so that the lock always finds a row.
    static func make(now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            insert into wallet_pools (environment, balance, created_at) values ('LIVE', 0, $1) on conflict do nothing
            """, [.timestamptz(now)])
    }

    static func write(
        _ state: WalletPoolState, isLow: Bool, sequence: Int64, amount: Int64, reference: String,
        now: PostgresTimestamp
    ) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                update wallet_pools set balance = $1, low_water_mark = $2, is_low = $3, sequence = $4
                where environment = 'LIVE'
                """, [.int8(state.balance), .int8(state.lowWaterMark), .bool(isLow), .int8(sequence)]),
            PostgresStatement(
                """
                insert into wallet_pool_entries (environment, sequence, amount, balance_after, reference, created_at)
                values ('LIVE', $1, $2, $3, $4, $5)
                """, [.int8(sequence), .int8(amount), .int8(state.balance), .text(reference), .timestamptz(now)]),
        ]
    }

    static func mark(_ mark: Int64, isLow: Bool) -> PostgresStatement {
        PostgresStatement(
            "update wallet_pools set low_water_mark = $1, is_low = $2 where environment = 'LIVE'",
            [.int8(mark), .bool(isLow)])
    }

    /// The statements of several draws, which follow the entry with this sequence.
    static func write(
        _ draws: [PostingBatch.Draw], after sequence: Int64, state: WalletPoolState, isLow: Bool,
        now: PostgresTimestamp
    ) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                update wallet_pools set balance = $1, is_low = $2, sequence = $3 where environment = 'LIVE'
                """, [.int8(state.balance), .bool(isLow), .int8(sequence + Int64(draws.count))]),
            PostgresStatement(
                """
                insert into wallet_pool_entries (environment, sequence, amount, balance_after, reference, created_at)
                select 'LIVE', $1 + d.place, - d.points, d.balance_after, d.reference, $5
                from unnest($2::int8[], $3::int8[], $4::text[]) with ordinality as d (points, balance_after, \
                reference, place)
                """,
                [
                    .int8(sequence), .int8Array(draws.map(\.points)), .int8Array(draws.map(\.balanceAfter)),
                    .textArray(draws.map(\.transactionID)), .timestamptz(now),
                ]),
        ]
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        Row(
            state: WalletPoolState(balance: try row.get("balance"), lowWaterMark: try row.get("low_water_mark")),
            isLow: try row.get("is_low"), sequence: try row.get("sequence"))
    }
}
