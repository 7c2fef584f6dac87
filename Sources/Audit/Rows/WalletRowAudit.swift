import PostgreSQL

/// A check of the wallet that the database can make by itself: a query returns the rows that break it.
struct WalletRowAudit: Sendable {
    let check: VerifyCheck
    /// The table that a violation names, and whose rows are counted as checked.
    let table: String
    /// The columns of the query that name the row.
    let key: [String]
    /// What the row should be, in words.
    let expected: String
    /// Whether it can be made for some members alone.
    var isByMember = true
    /// Returns the key columns as text and a column `found`, for a scope of members.
    let sql: @Sendable (MemberScope) -> String

    static let all: [WalletRowAudit] = ofRedemptions + ofHolds + ofEnvironments + ofPools

    func examine(_ row: PostgresRow, _ findings: inout Findings) throws {
        var key: [String: String] = [:]
        // What is broken may lack even what names it.
        for column in self.key { key[column] = try row.get(column, as: String?.self) ?? "?" }
        findings.add(
            check, table: table, key: key, expected: expected, found: try row.get("found", as: String?.self) ?? "?")
    }

    /// How many rows it has looked at.
    func count(_ members: MemberScope) -> Query<Int64> {
        let ofMembers = isByMember && members != .all ? " where \(members.holds())" : ""
        return Query("select count(*) as rows from \(table)\(ofMembers)", parameters(members)) { row in
            try row.get("rows")
        }
    }

    func parameters(_ members: MemberScope) -> [PostgresValue] { isByMember ? members.parameters : [] }
}

extension WalletRowAudit {
    private static let ofRedemptions = [
        WalletRowAudit(
            check: .walletRedemption, table: "wallet_redemptions", key: ["environment", "redemption_id"],
            expected: "one debit of what it cost, and one refund of that when canceled; nothing when it cost nothing"
        ) { members in
            """
            select r.environment, r.redemption_id, r.status || ' for ' || r.points_debited || ': '
                    || coalesce(l.spends, 0) || ' debits of ' || coalesce(l.spent, 0) || ', '
                    || coalesce(l.refunds, 0) || ' refunds of ' || coalesce(l.refunded, 0) as found
            from wallet_redemptions r left join (
                select environment, redemption_id, external_user_id, count(*) filter (where cause = 'spend') as spends,
                    -sum(amount) filter (where cause = 'spend') as spent,
                    count(*) filter (where cause = 'refund') as refunds,
                    sum(amount) filter (where cause = 'refund') as refunded
                from wallet_transactions where redemption_id is not null and \(members.holds())
                group by environment, redemption_id, external_user_id
            ) l on l.environment = r.environment and l.redemption_id = r.redemption_id
                and l.external_user_id = r.external_user_id
            where \(members.holds("r.")) and (
                coalesce(l.spends, 0) <> (r.points_debited > 0)::int
                or coalesce(l.spent, 0) <> r.points_debited
                or coalesce(l.refunds, 0) <> (r.points_debited > 0 and r.status = 'CANCELED')::int
                or coalesce(l.refunded, 0) <> case when r.status = 'CANCELED' then r.points_debited else 0 end)
            """
        },
        WalletRowAudit(
            check: .walletRedemptionOnce, table: "wallet_redemptions",
            key: ["environment", "external_user_id", "offer_id"], expected: "one redemption that is not canceled"
        ) { members in
            """
            select environment, external_user_id, offer_id, count(*) || ' redemptions' as found
            from wallet_redemptions where status <> 'CANCELED' and \(members.holds())
            group by environment, external_user_id, offer_id having count(*) > 1
            """
        },
    ]

    private static let ofHolds = [
        WalletRowAudit(
            check: .walletHold, table: "wallet_holds", key: ["environment", "hold_id"],
            expected: "one debit of what was captured, at most the amount and in time; none for a hold not captured"
        ) { members in
            """
            select h.environment, h.hold_id, h.status || ' of ' || h.amount || ' with ' || h.captured || ' captured: '
                    || coalesce(l.captures, 0) || ' debits of ' || coalesce(l.points, 0) as found
            from wallet_holds h left join (
                select environment, hold_id, external_user_id, count(*) as captures, -sum(amount) as points
                from wallet_transactions where hold_id is not null and \(members.holds())
                group by environment, hold_id, external_user_id
            ) l on l.environment = h.environment and l.hold_id = h.hold_id and l.external_user_id = h.external_user_id
            where \(members.holds("h.")) and (
                coalesce(l.captures, 0) <> (h.status = 'CAPTURED')::int
                or coalesce(l.points, 0) <> h.captured or h.captured > h.amount
                or (h.status = 'HELD') <> (h.ended_at is null) or h.ended_at < h.created_at
                or (h.status = 'CAPTURED' and h.ended_at >= h.expires_at)
                or (h.status = 'EXPIRED' and h.ended_at < h.expires_at))
            """
        },
        WalletRowAudit(
            check: .walletHeld, table: "wallet_members", key: ["environment", "external_user_id"],
            expected: "held: the sum of the active holds, at most the balance; nothing for a removed member"
        ) { members in
            """
            select m.environment, m.external_user_id, m.held || ' of ' || m.balance || '; the active holds sum to '
                    || coalesce(h.points, 0) as found
            from wallet_members m left join (
                select environment, external_user_id, sum(amount) as points from wallet_holds
                where status = 'HELD' and \(members.holds()) group by environment, external_user_id
            ) h on h.environment = m.environment and h.external_user_id = m.external_user_id
            where \(members.holds("m.")) and (
                m.held <> coalesce(h.points, 0) or m.held < 0 or m.held > greatest(m.balance, 0)
                or (m.archived_at is not null and m.held <> 0))
            """
        },
    ]

    private static let ofEnvironments = [
        WalletRowAudit(
            check: .walletEnvironment, table: "wallet_transactions",
            key: ["environment", "external_user_id", "sequence"], expected: "a hold of this member in this environment"
        ) { members in
            """
            select environment, external_user_id, sequence::text as sequence, 'hold ' || hold_id as found
            from wallet_transactions t
            where hold_id is not null and \(members.holds("t.")) and not exists (
                select from wallet_holds h
                where h.environment = t.environment and h.hold_id = t.hold_id
                    and h.external_user_id = t.external_user_id)
            """
        },
        WalletRowAudit(
            check: .walletRowWithoutMember, table: "wallet_holds", key: ["environment", "hold_id"],
            expected: "a member of this environment"
        ) { members in
            """
            select h.environment, h.hold_id, 'no member ' || h.external_user_id as found from wallet_holds h
            where \(members.holds("h.")) and not exists (
                select from wallet_members m
                where m.environment = h.environment and m.external_user_id = h.external_user_id)
            """
        },
        WalletRowAudit(
            check: .walletEnvironment, table: "wallet_transactions",
            key: ["environment", "external_user_id", "sequence"],
            expected: "a redemption of this member in this environment"
        ) { members in
            """
            select environment, external_user_id, sequence::text as sequence,
                'redemption ' || redemption_id as found
            from wallet_transactions t
            where redemption_id is not null and \(members.holds("t.")) and not exists (
                select from wallet_redemptions r
                where r.environment = t.environment and r.redemption_id = t.redemption_id
                    and r.external_user_id = t.external_user_id)
            """
        },
        WalletRowAudit(
            check: .walletEnvironment, table: "wallet_redemptions", key: ["environment", "redemption_id"],
            expected: "a member and an offer of this environment"
        ) { members in
            """
            select r.environment, r.redemption_id,
                case when m.environment is null then 'no member ' else '' end
                    || case when o.environment is null then 'no offer' else '' end as found
            from wallet_redemptions r
            left join wallet_members m on m.environment = r.environment and m.external_user_id = r.external_user_id
            left join wallet_offers o on o.environment = r.environment and o.offer_id = r.offer_id
            where \(members.holds("r.")) and (m.environment is null or o.environment is null)
            """
        },
        WalletRowAudit(
            check: .walletEnvironment, table: "wallet_members", key: ["environment", "external_user_id"],
            expected: "SANDBOX or LIVE"
        ) { members in
            """
            select environment, external_user_id, environment as found from wallet_members
            where environment not in ('SANDBOX', 'LIVE') and \(members.holds())
            """
        },
        WalletRowAudit(
            check: .walletTransactionIDUnique, table: "wallet_transactions", key: ["transaction_id"],
            expected: "one row, over both environments", isByMember: false
        ) { _ in
            """
            select transaction_id, count(*) || ' rows' as found from wallet_transactions
            group by transaction_id having count(*) > 1
            """
        },
    ]

    private static let ofPools = [
        WalletRowAudit(
            check: .walletPool, table: "wallet_pool_entries", key: ["environment", "sequence"],
            expected: "entries 1 to n that continue each other, up to what the pool's row says", isByMember: false
        ) { _ in
            """
            with entries as (
                select environment, sequence, amount, balance_after,
                    lag(balance_after, 1, 0::bigint) over earlier as balance_before,
                    lag(sequence, 1, 0::bigint) over earlier as sequence_before
                from wallet_pool_entries window earlier as (partition by environment order by sequence)
            ), ends as (
                select environment, max(sequence) as sequence, sum(amount) as balance
                from wallet_pool_entries group by environment
            )
            select environment, sequence::text as sequence, 'after entry ' || sequence_before || ' of balance '
                    || balance_before || ': ' || amount || ' to ' || balance_after as found
            from entries
            where sequence <> sequence_before + 1 or balance_after::numeric <> balance_before::numeric + amount
                or balance_after < 0
            union all
            select coalesce(p.environment, e.environment), 'pool', 'balance ' || coalesce(p.balance::text, '(no pool)')
                    || ' after entry ' || coalesce(p.sequence, 0) || ', the entries sum to ' || coalesce(e.balance, 0)
                    || ' after entry ' || coalesce(e.sequence, 0)
            from wallet_pools p full join ends e on e.environment = p.environment
            where p.environment is distinct from 'LIVE' or p.balance::numeric <> coalesce(e.balance, 0)
                or p.sequence <> coalesce(e.sequence, 0)
            """
        },
        WalletRowAudit(
            check: .walletPoolDraw, table: "wallet_pool_entries", key: ["environment", "sequence"],
            expected: "a mint in LIVE of the same points, drawn once", isByMember: false
        ) { _ in
            """
            select d.environment, d.sequence::text as sequence, 'draw of ' || -d.amount || ', ' || d.draws || ' of it; '
                    || coalesce(t.cause || ' of ' || t.amount, 'no such transaction') as found
            from (
                select environment, sequence, amount, reference, count(*) over (partition by reference) as draws
                from wallet_pool_entries where amount < 0
            ) d left join wallet_transactions t on t.transaction_id = d.reference and t.environment = 'LIVE'
            where d.draws > 1 or t.cause is distinct from 'mint' or t.amount <> -d.amount
            """
        },
    ]
}
