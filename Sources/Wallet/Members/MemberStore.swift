import PostgreSQL
import Rewards

/// The SQL of the `wallet_members` table.
enum MemberStore {
    /// A member's row.
    struct Row: Sendable {
        let member: WalletMember
        let account: WalletAccount
        let archivedAt: PostgresTimestamp?
        let isBalanceRetained: Bool
    }

    private static let columns = """
        external_user_id, display_name, tier, attributes, balance, amount_received, amount_spent, held, ledger_sequence,
        archived_at, balance_retained
        """

    /// Makes a member; no row when the member is there already.
    static func insert(
        _ id: String, _ change: WalletMemberChange, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<Row> {
        Query(
            """
            insert into wallet_members
                (environment, external_user_id, display_name, email, tier, attributes, created_at, updated_at)
            values ($1, $2, $3, $4, coalesce($5::text, 'standard'), $6::jsonb, $7, $7)
            on conflict (environment, external_user_id) do nothing returning \(columns)
            """, parameters(id, change, environment, now), read: row)
    }

    /// Sets what the change names and revives an archived member.
    static func update(
        _ id: String, _ change: WalletMemberChange, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<Row> {
        Query(
            """
            update wallet_members set display_name = coalesce($3::text, display_name), email = coalesce($4::text, \
            email),
                tier = coalesce($5::text, tier), attributes = coalesce($6::jsonb, attributes), updated_at = $7,
                archived_at = null, balance_retained = false
            where environment = $1 and external_user_id = $2 returning \(columns)
            """, parameters(id, change, environment, now), read: row)
    }

    /// Locks the row until the transaction ends: every change of a wallet begins here.
    static func lock(_ id: String, _ environment: WalletEnvironment) -> Query<Row> {
        Query(
            "select \(columns) from wallet_members where environment = $1 and external_user_id = $2 for no key update",
            [.text(environment.rawValue), .text(id)], read: row)
    }

    /// Makes the members that are new, in the order given, and returns their ids; the others are left as they are.
    static func insertNew(
        _ ids: [String], _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<String> {
        Query(
            """
            insert into wallet_members (environment, external_user_id, created_at, updated_at)
            select $1, n.id, $3, $3 from unnest($2::text[]) with ordinality as n (id, place) order by n.place
            on conflict (environment, external_user_id) do nothing returning external_user_id
            """, [.text(environment.rawValue), .textArray(ids), .timestamptz(now)]
        ) { row in try row.get("external_user_id") }
    }

    /// Locks several rows in order of id; those that do not exist are left out.
    static func lock(_ ids: [String], _ environment: WalletEnvironment) -> Query<Row> {
        Query(
            """
            select \(columns) from wallet_members where environment = $1 and external_user_id = any($2::text[])
            order by external_user_id collate "C" for no key update
            """, [.text(environment.rawValue), .textArray(ids)], read: row)
    }

    static func find(_ id: String, _ environment: WalletEnvironment) -> Query<Row> {
        Query(
            "select \(columns) from wallet_members where environment = $1 and external_user_id = $2",
            [.text(environment.rawValue), .text(id)], read: row)
    }

    /// Sets what a member has held; the member's row must be locked.
    static func setHeld(_ held: Int64, of id: String, _ environment: WalletEnvironment) -> PostgresStatement {
        PostgresStatement(
            "update wallet_members set held = $3 where environment = $1 and external_user_id = $2",
            [.text(environment.rawValue), .text(id), .int8(held)])
    }

    static func archive(
        _ id: String, isBalanceRetained: Bool, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            update wallet_members set archived_at = $3, updated_at = $3, balance_retained = $4
            where environment = $1 and external_user_id = $2
            """, [.text(environment.rawValue), .text(id), .timestamptz(now), .bool(isBalanceRetained)])
    }

    /// The summary's parts in one statement, so that they agree.
    static func summary(
        _ id: String, _ environment: WalletEnvironment
    ) -> Query<(row: Row, redemptionCounts: [RedemptionStatus: Int64])> {
        Query(
            """
            select \(columns), counts.statuses, counts.numbers from wallet_members m,
                lateral (
                    select coalesce(array_agg(c.status), '{}') as statuses, coalesce(array_agg(c.n), '{}') as numbers
                    from (
                        select r.status, count(*) as n from wallet_redemptions r
                        where r.environment = m.environment and r.external_user_id = m.external_user_id
                        group by r.status
                    ) c
                ) counts
            where m.environment = $1 and m.external_user_id = $2
            """, [.text(environment.rawValue), .text(id)]
        ) { first in
            let statuses: [RedemptionStatus] = try first.get("statuses", of: "wallet_redemptions")
            let numbers: [Int64] = try first.get("numbers")
            var counts: [RedemptionStatus: Int64] = [:]
            for (status, number) in zip(statuses, numbers) { counts[status] = number }
            return (try row(first), counts)
        }
    }

    /// How many ledger rows the members of an environment have; a single member's row says it itself.
    static func ledgerRowCount(_ environment: WalletEnvironment) -> Query<Int64> {
        Query(
            "select coalesce(sum(ledger_sequence), 0)::bigint as n from wallet_members where environment = $1",
            [.text(environment.rawValue)]
        ) { row in try row.get("n") }
    }

    /// Members in order of id, from after one.
    static func list(after id: String, limit: Int, _ environment: WalletEnvironment) -> Query<Row> {
        Query(
            """
            select \(columns) from wallet_members where environment = $1 and external_user_id > $2
            order by external_user_id limit $3
            """, [.text(environment.rawValue), .text(id), .int(limit)], read: row)
    }

    private static func parameters(
        _ id: String, _ change: WalletMemberChange, _ environment: WalletEnvironment, _ now: PostgresTimestamp
    ) -> [PostgresValue] {
        [
            .text(environment.rawValue), .text(id), .textOrNull(change.displayName), .textOrNull(change.email),
            .textOrNull(change.tier),
            change.attributes.map { .json(JSONValue.object($0).canonicalText) } ?? .null, .timestamptz(now),
        ]
    }

    static func row(_ row: PostgresRow) throws -> Row {
        let attributes: String? = try row.get("attributes")
        return Row(
            member: WalletMember(
                externalUserID: try row.get("external_user_id"), displayName: try row.get("display_name"),
                tier: try row.get("tier"),
                attributes: try attributes.flatMap { try JSONValue(parsing: $0).object }),
            account: WalletAccount(
                balance: try row.get("balance"), amountReceived: try row.get("amount_received"),
                amountSpent: try row.get("amount_spent"), held: try row.get("held"),
                sequence: try row.get("ledger_sequence")),
            archivedAt: try row.get("archived_at"), isBalanceRetained: try row.get("balance_retained"))
    }
}
