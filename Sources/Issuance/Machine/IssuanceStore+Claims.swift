import PostgreSQL
import Rewards

extension IssuanceStore {
    /// The programs that have an issuance due to be sent.
    ///
    /// **Cost** One index probe for each program, however long the backlog.
    static func programsDue(at now: PostgresTimestamp) -> Query<String> {
        let sql = """
            with recursive waiting as (
                (select program_id, due_at from issuances where status = 'planned' order by program_id, due_at limit 1)
                union all
                select next.program_id, next.due_at
                from waiting
                cross join lateral (
                    select i.program_id, i.due_at from issuances i
                    where i.status = 'planned' and i.program_id > waiting.program_id
                    order by i.program_id, i.due_at limit 1) next
            )
            select program_id from waiting where due_at <= $1
            """
        return Query(sql, [.timestamptz(now)]) { row in try row.get("program_id") }
    }

    /// Leases issuances that are due, at most so many for each program, and marks them as sending; one query for each
    /// program.
    ///
    /// The caller commits before it sends: from here on the issuance counts as perhaps sent (I-6). Issuances of a
    /// position that owes are passed over (I-7): each position is looked at by its key and locked against a claw-back
    /// until the commit, so that what a claw-back finds is either sent already or never. So are issuances of a pair
    /// that is held, and those that the planner withdraws because the link has another account by now. Of `links` this
    /// room only reads.
    ///
    /// **Cost** Follows what is claimed and the due issuances passed over before it, not the backlog. Limits are part
    /// of the text and the rows to update come as an array: with either as a parameter or a join, the database expects
    /// a share of the table and reads all of it. The link is looked up in a scalar subquery for the same reason.
    static func claim(
        _ wanted: [(programID: String, count: Int)], lease: String, until leaseEnd: PostgresTimestamp,
        at now: PostgresTimestamp
    ) -> [Query<IssuanceRecord>] {
        wanted.map { claim($0.programID, count: $0.count, lease: lease, until: leaseEnd, at: now) }
    }

    /// The claim of one program's issuances.
    static func claim(
        _ programID: String, count: Int, lease: String, until leaseEnd: PostgresTimestamp, at now: PostgresTimestamp
    ) -> Query<IssuanceRecord> {
        let sql = """
            with due as materialized (
                select d.reference_number from issuances d
                cross join lateral (
                    select 1 from positions p
                    where p.card_id = d.card_id and p.program_id = d.program_id and p.unit = d.unit
                        and p.debt_micro = 0
                    for share skip locked
                ) solvent
                where (
                        select l.waits_until > $2 or d.reads = 0 and l.account <> d.account from links l
                        where l.card_id = d.card_id and l.program_id = d.program_id) is not true
                    and d.status = 'planned' and d.program_id = $1 and d.due_at <= $2
                order by d.due_at limit \(count)
                for update of d skip locked
            )
            update issuances i
            set status = 'sending', lease_id = $3, due_at = $4, attempts = i.attempts + 1,
                first_sent_at = coalesce(i.first_sent_at, $2), last_sent_at = $2
            where i.reference_number = any(array(select reference_number from due))
            returning \(columns)
            """
        return Query(
            sql, [.text(programID), .timestamptz(now), .uuid(lease), .timestamptz(leaseEnd)], read: record)
    }

    /// Takes what the resolver should look at: leases that ended, and reads that are due.
    ///
    /// A read is leased by moving its time on, so that several resolvers do not ask Cosmo the same.
    static func claimDue(
        at now: PostgresTimestamp, readLeaseEnd: PostgresTimestamp, limit: Int
    ) -> Query<IssuanceRecord> {
        let sql = """
            with due as materialized (
                select d.reference_number from issuances d
                where d.status in ('sending', 'accepted', 'unknown') and d.due_at <= $1
                order by d.due_at limit \(limit)
                for update skip locked
            )
            update issuances i set due_at = case when i.status = 'sending' then i.due_at else $2 end
            where i.reference_number = any(array(select reference_number from due))
            returning \(columns)
            """
        return Query(sql, [.timestamptz(now), .timestamptz(readLeaseEnd)], read: record)
    }

    /// Has the resolver look at an issuance later.
    static func putOff(_ reference: String, until later: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            "update issuances set due_at = $2 where reference_number = $1 and due_at is not null",
            [.text(reference), .timestamptz(later)])
    }

    /// The latest confirmed issuance of a program whose id Cosmo gave: what a read by reference must be able to find.
    static func latestConfirmed(programID: String) -> Query<IssuanceRecord> {
        let sql = """
            select \(columns) from issuances i
            where i.program_id = $1 and i.status = 'confirmed' and i.cosmo_transaction_id is not null and i.reason is \
            null
            order by i.issuance_number desc limit 1
            """
        return Query(sql, [.text(programID)], read: record)
    }
}
