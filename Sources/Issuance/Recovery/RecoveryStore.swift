import PostgreSQL

/// The SQL of `server_identity` and `recoveries`.
enum RecoveryStore {
    /// What a sender must know before it claims, and a heartbeat before it is written.
    struct Look: Sendable {
        /// The server of this connection.
        let identity: ServerIdentity
        /// The server that was written to last, and when; nil before the first heartbeat.
        let known: (identity: ServerIdentity, seenAt: PostgresTimestamp)?
        /// Whether a recovery is open.
        let isOpen: Bool
        /// When the newest issuance in the books was planned; nil when there is none.
        let newestIssuanceAt: PostgresTimestamp?
        /// Whether any issuance in the books was ever handed to a sender; false once a heartbeat was written.
        let hasSent: Bool
    }

    /// Which parts of its identity the server lets this service read.
    struct Readable: Sendable, Hashable {
        var systemIdentifier: Bool
        var timeline: Bool

        var isWhole: Bool { systemIdentifier && timeline }
    }

    /// Asks the server which parts those are; always one row.
    static let readable = Query(
        """
        select coalesce(has_function_privilege(to_regprocedure('pg_control_system()'), 'execute'), false)
                as system_identifier,
            coalesce(
                has_function_privilege(to_regprocedure('pg_walfile_name(pg_lsn)'), 'execute')
                    and has_function_privilege(to_regprocedure('pg_current_wal_insert_lsn()'), 'execute'), false)
                as timeline
        """
    ) { row in
        Readable(systemIdentifier: try row.get("system_identifier"), timeline: try row.get("timeline"))
    }

    /// Reads the server's identity beside the one that is stored; always one row.
    ///
    /// The timeline comes from the name of the file that is being written: the control file shows a new one only after
    /// the first checkpoint. It cannot be read on a standby, where nothing is written.
    static func look(_ readable: Readable) -> Query<Look> {
        let system =
            readable.systemIdentifier ? "(select system_identifier::text from pg_control_system())" : "''"
        let timeline =
            readable.timeline
            ? "case when pg_is_in_recovery() then '' else left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end"
            : "''"
        let sql = """
            select \(system) as system_identifier, \(timeline) as timeline,
                (select oid::text from pg_database where datname = current_database()) as database_oid,
                i.system_identifier as known_system, i.timeline as known_timeline, i.database_oid as known_oid,
                    i.seen_at,
                exists (select from recoveries where ended_at is null) as is_open,
                (select created_at from issuances order by issuance_number desc limit 1) as newest_issuance_at,
                i.seen_at is null and exists (select from issuances where attempts > 0) as has_sent
            from (select) one left join server_identity i on true
            """
        return Query(sql, read: look)
    }

    private static func look(_ row: PostgresRow) throws -> Look {
        var known: (identity: ServerIdentity, seenAt: PostgresTimestamp)?
        if let seenAt = try row.get("seen_at", as: PostgresTimestamp?.self) {
            known = (
                ServerIdentity(
                    systemIdentifier: try row.get("known_system"), timeline: try row.get("known_timeline"),
                    databaseOID: try row.get("known_oid")), seenAt
            )
        }
        return Look(
            identity: ServerIdentity(
                systemIdentifier: try row.get("system_identifier"), timeline: try row.get("timeline"),
                databaseOID: try row.get("database_oid")), known: known, isOpen: try row.get("is_open"),
            newestIssuanceAt: try row.get("newest_issuance_at"), hasSent: try row.get("has_sent"))
    }

    /// Has others that would begin a recovery wait for this transaction.
    ///
    /// Before the first heartbeat there is no row to lock.
    static let lockBeginning = PostgresStatement(
        "select pg_advisory_xact_lock(hashtextextended('multibrand recovery', 0))")

    /// Stores the server and the time of the heartbeat.
    static func heartbeat(_ identity: ServerIdentity, at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            insert into server_identity as i (system_identifier, timeline, database_oid, seen_at) values ($1, $2, $3, \
            $4)
            on conflict on constraint server_identity_pkey do update
            set system_identifier = $1, timeline = $2, database_oid = $3, seen_at = $4
            """
        return PostgresStatement(
            sql,
            [
                .text(identity.systemIdentifier), .text(identity.timeline), .text(identity.databaseOID),
                .timestamptz(now),
            ])
    }

    /// What a comparison has seen.
    struct ComparisonCounts: Sendable {
        /// Transactions that Cosmo listed.
        var cosmo = 0
        /// Those of them that are issuances in the books.
        var inBooks = 0
        /// Those of them that another system made.
        var foreign = 0
    }

    /// What is to be compared, and why.
    struct Beginning: Sendable {
        var cause: RecoveryCause
        var detail: String
        var clientID: String?
        var from: PostgresTimestamp
        var until: PostgresTimestamp
        var finalAt: PostgresTimestamp
    }

    /// Begins a recovery; one that is open is extended, and compared again from its start.
    ///
    /// **Concurrency** Of two at once the later waits for the earlier and extends it.
    static func begin(_ beginning: Beginning, at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            insert into recoveries as r (cause, detail, begun_at, begun_by, compare_from, compare_until, final_at, \
            compare_at)
            values ($1, $2, $3, $4, least($5::timestamptz, $6::timestamptz), $6, $7, $3)
            on conflict ((ended_at is null)) where ended_at is null do update
            set cause = case r.cause when 'gap' then excluded.cause else r.cause end,
                detail = left(r.detail || '; ' || excluded.detail, 2000),
                compare_from = least(r.compare_from, excluded.compare_from),
                compare_until = greatest(r.compare_until, excluded.compare_until),
                final_at = greatest(r.final_at, excluded.final_at), compare_at = $3, comparing_id = null,
                compared_at = null, failure = null
            returning r.recovery_number
            """
        return PostgresStatement(
            sql,
            [
                .text(beginning.cause.rawValue), .text(beginning.detail), .timestamptz(now),
                .textOrNull(beginning.clientID), .timestamptz(beginning.from),
                .timestamptz(beginning.until), .timestamptz(beginning.finalAt),
            ])
    }

    /// Leases the comparison that is due, so that one process makes it, and answers the recovery's number; no row when
    /// none is due.
    static func claimComparison(
        _ id: String, until lease: PostgresTimestamp, at now: PostgresTimestamp
    ) -> Query<Int64> {
        let sql = """
            update recoveries set comparing_id = $1, compare_at = $2
            where ended_at is null and compare_at <= $3 returning recovery_number
            """
        return Query(sql, [.uuid(id), .timestamptz(lease), .timestamptz(now)]) { row in
            try row.get("recovery_number")
        }
    }

    /// Moves the lease of the comparison under way; returns no row when another took its place.
    static func extendComparison(_ id: String, until lease: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            "update recoveries set compare_at = $2 where comparing_id = $1 and ended_at is null returning 1",
            [.uuid(id), .timestamptz(lease)])
    }

    /// Stores how a comparison ended; returns no row when another took its place.
    static func endComparison(
        _ id: String, startedAt: PostgresTimestamp?, _ counts: ComparisonCounts, failure: String?,
        nextAt: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            update recoveries
            set comparing_id = null, compared_at = coalesce($2, compared_at), failure = $5, compare_at = $6,
                cosmo_count = case when $2::timestamptz is null then cosmo_count else $3 end,
                in_books_count = case when $2::timestamptz is null then in_books_count else $4 end,
                foreign_count = case when $2::timestamptz is null then foreign_count else $7 end
            where comparing_id = $1 and ended_at is null returning recovery_number
            """
        return PostgresStatement(
            sql,
            [
                .uuid(id), .timestamptzOrNull(startedAt), .int(counts.cosmo), .int(counts.inBooks),
                .textOrNull(failure), .timestamptz(nextAt), .int(counts.foreign),
            ])
    }

    /// Has the open recovery compared now, in the place of a comparison that may be under way; affects no row when none
    /// is open.
    static func compareNow(at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update recoveries set compare_at = $1, comparing_id = null where ended_at is null returning recovery_number
            """, [.timestamptz(now)])
    }

    /// Says why the open recovery cannot be compared; returns no row when it says so already.
    static func cannotCompare(_ failure: String) -> PostgresStatement {
        PostgresStatement(
            """
            update recoveries set failure = $1 where ended_at is null and failure is distinct from $1
            returning recovery_number
            """, [.text(failure)])
    }

    /// Ends the open recovery if its last comparison saw everything and nothing is unexplained, and answers its number;
    /// otherwise no row.
    static func endIfExplained(at now: PostgresTimestamp) -> Query<Int64> {
        let sql = """
            update recoveries r set ended_at = greatest($1, r.compared_at, r.begun_at), ended_by = 'comparison'
            where r.ended_at is null and r.compared_at >= r.final_at and r.failure is null and r.comparing_id is null
                and \(openCount("r")) = 0
            returning r.recovery_number
            """
        return Query(sql, [.timestamptz(now)]) { row in try row.get("recovery_number") }
    }

    /// Ends the open recovery by an operator's decision.
    static func end(by clientID: String, evidence: String, at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update recoveries set ended_at = greatest($1, compared_at, begun_at), ended_by = $2, evidence = $3, \
            comparing_id = null
            where ended_at is null returning recovery_number
            """, [.timestamptz(now), .text(clientID), .text(evidence)])
    }

    /// Holds for a finding whose transaction failed: nothing was issued, so the books lack nothing.
    static let harmless = "f.reason = 'TRANSACTION_FAILED'"

    /// How many findings of a recovery no issuance explains.
    private static func openCount(_ recovery: String) -> String {
        """
        (select count(*) from recovery_findings f
            where f.recovery_number = \(recovery).recovery_number and not \(harmless) and not exists (
                select from issuances i where i.cosmo_transaction_id = f.cosmo_transaction_id))
        """
    }

    static let columns = """
        r.recovery_number, r.cause, r.detail, r.begun_at, r.begun_by, r.compare_from, r.compare_until, r.final_at,
        r.compared_at, r.cosmo_count, r.in_books_count, r.foreign_count, r.failure, r.ended_at, r.ended_by, r.evidence,
        \(openCount("r")) as open_count,
        (select count(*) from recovery_findings f
            join issuances i on i.cosmo_transaction_id = f.cosmo_transaction_id and i.adopted_at is not null
            where f.recovery_number = r.recovery_number) as adopted_count
        """

    static func recovery(_ row: PostgresRow) throws -> Recovery {
        Recovery(
            number: try row.get("recovery_number"),
            cause: try row.get("cause", of: "recoveries"),
            detail: try row.get("detail"),
            begunAt: try row.get("begun_at"), begunBy: try row.get("begun_by"),
            compareFrom: try row.get("compare_from"), compareUntil: try row.get("compare_until"),
            finalAt: try row.get("final_at"), comparedAt: try row.get("compared_at"),
            cosmoCount: try row.get("cosmo_count"), inBooksCount: try row.get("in_books_count"),
            foreignCount: try row.get("foreign_count"),
            failure: try row.get("failure"), adoptedCount: try row.get("adopted_count"),
            openCount: try row.get("open_count"), endedAt: try row.get("ended_at"), endedBy: try row.get("ended_by"),
            evidence: try row.get("evidence"))
    }

    /// One recovery, without findings.
    static func read(_ number: Int64) -> Query<Recovery> {
        Query("select \(columns) from recoveries r where r.recovery_number = $1", [.int8(number)], read: recovery)
    }

    /// Locks the recovery that is open against another end; finds no row when none is. ``open`` then reads it.
    static let lockOpen = PostgresStatement("select recovery_number from recoveries where ended_at is null for update")

    /// The recovery that is open, without findings; no row while issuing goes on.
    static let open = Query("select \(columns) from recoveries r where r.ended_at is null", read: recovery)

    /// Finds one row while a recovery is open, and none while issuing goes on.
    static let findOpen = PostgresStatement("select 1 from recoveries where ended_at is null")
}
