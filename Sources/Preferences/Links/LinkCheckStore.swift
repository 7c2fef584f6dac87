import Cards
import Cosmo
import PostgreSQL

/// The SQL of the link checker.
enum LinkCheckStore {
    /// A check that is due, leased to this process.
    struct Due: Sendable {
        let cardID: String
        let programID: String
        let account: CosmoAccount
        let attempts: Int
    }

    /// Takes due checks, oldest first, and puts them off by the lease, so that no other process takes them meanwhile.
    static func claim(limit: Int, now: PostgresTimestamp, leaseEnd: PostgresTimestamp) -> Query<Due> {
        Query(
            """
            update links l set validity_due_at = $2
            from (
                select card_id, program_id from links where validity_due_at <= $1
                order by validity_due_at limit $3 for update skip locked) d
            where l.card_id = d.card_id and l.program_id = d.program_id
            returning l.card_id, l.program_id, l.account, l.validity_attempts
            """,
            [.timestamptz(now), .timestamptz(leaseEnd), .int(limit)]
        ) { row in
            try Due(
                cardID: row.get("card_id"), programID: row.get("program_id"),
                account: CosmoAccount(json: row.get("account")),
                attempts: Int(row.get("validity_attempts", as: Int32.self)))
        }
    }

    /// When the next check is due that is not due yet; no row when none waits.
    ///
    /// **Cost** One probe of the index.
    static func nextDueAt(after now: PostgresTimestamp) -> Query<PostgresTimestamp> {
        Query(
            "select validity_due_at from links where validity_due_at > $1 order by validity_due_at limit 1",
            [.timestamptz(now)]
        ) { row in try row.get("validity_due_at") }
    }

    /// Locks the card and writes the outcome of a check; affects no row when the account is another one by now.
    ///
    /// The card's lock keeps a change of preference from writing back the check it read before this one.
    static func settle(
        _ due: Due, _ check: LinkCheck, now: PostgresTimestamp, nextDueAt: PostgresTimestamp?
    ) -> LockedStatement {
        let isDone = nextDueAt == nil
        return CardLock(due.cardID).then(
            PostgresStatement(
                """
                update links set validity = $4, validity_reason = $5::text,
                    validity_checked_at = case when $6 then $7 else validity_checked_at end,
                    validity_due_at = $8::timestamptz,
                    validity_attempts = case when $6 then 0 else validity_attempts + 1 end, updated_at = $7
                where card_id = $1 and program_id = $2 and account = $3
                """,
                [
                    .text(due.cardID), .text(due.programID), .json(due.account.json),
                    .text(check.validity.rawValue), .textOrNull(check.reason), .bool(isDone), .timestamptz(now),
                    .timestamptzOrNull(nextDueAt),
                ]))
    }

    /// How many links wait for a check.
    static let countWaiting = Query("select count(*) as waiting from links where validity_due_at is not null") { row in
        try row.get("waiting", as: Int64.self)
    }
}
