package import PostgreSQL

/// What a PostgreSQL server says of itself, as far as our guarantees depend on it.
package struct DatabaseFacts: Sendable, Hashable {
    /// The version for people, such as `15.8`.
    package let version: String
    /// The version as a number, such as 150008.
    package let versionNumber: Int64
    /// Whether an acknowledged commit is on disk (I-11).
    package let isFsyncOn: Bool
    /// `synchronous_commit` as this session has it; `off` acknowledges before the commit is on disk (I-11).
    package let synchronousCommit: String
    /// Whether a page that a crash left half-written can be repaired.
    package let isFullPageWritesOn: Bool
    /// `synchronous_standby_names`: which standbys a commit waits for; empty when it waits for none.
    package let synchronousStandbyNames: String
    /// How many standbys and other receivers of the log are connected now.
    package let standbyCount: Int64
    /// Whether it is a standby that takes no writes.
    package let isStandby: Bool
    /// How many connections ordinary roles may hold at once.
    package let connectionsMax: Int64
    /// How many client connections there are now.
    package let connectionsInUse: Int64
    /// How far the server's clock is ahead of ours; negative when it is behind. Exact to half of `roundTrip`.
    package let clockAhead: Duration
    /// How long the question took.
    package let roundTrip: Duration

    /// Asks a server; nil when it answers without a row, which PostgreSQL does not.
    ///
    /// **Errors** The connection's.
    package static func read(on connection: PostgresConnection) async throws -> DatabaseFacts? {
        // The first statement of a connection pays for its set-up, which would blur the clock.
        _ = try await connection.query("select 1")
        let asked = PostgresTimestamp.now
        let clock = try await connection.query(
            "select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros")
        let answered = PostgresTimestamp.now
        let settings = try await connection.query(
            """
            select current_setting('server_version') as version,
                current_setting('server_version_num')::bigint as version_number,
                current_setting('fsync') = 'on' as is_fsync_on,
                current_setting('synchronous_commit') as synchronous_commit,
                current_setting('full_page_writes') = 'on' as is_full_page_writes_on,
                current_setting('synchronous_standby_names') as synchronous_standby_names,
                (select count(*) from pg_stat_replication) as standby_count,
                pg_is_in_recovery() as is_standby,
                current_setting('max_connections')::bigint
                    - current_setting('superuser_reserved_connections')::bigint as connections_max,
                (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections_in_use
            """)
        guard let row = settings.first, let clockRow = clock.first else { return nil }
        let roundTrip = answered.duration(since: asked)
        let theirs = PostgresTimestamp(microsecondsSinceEpoch: try clockRow.get("micros"))
        return DatabaseFacts(
            version: try row.get("version"), versionNumber: try row.get("version_number"),
            isFsyncOn: try row.get("is_fsync_on"), synchronousCommit: try row.get("synchronous_commit"),
            isFullPageWritesOn: try row.get("is_full_page_writes_on"),
            synchronousStandbyNames: try row.get("synchronous_standby_names"),
            standbyCount: try row.get("standby_count"), isStandby: try row.get("is_standby"),
            connectionsMax: try row.get("connections_max"), connectionsInUse: try row.get("connections_in_use"),
            clockAhead: theirs.duration(since: asked.advanced(by: roundTrip / 2)), roundTrip: roundTrip)
    }

    /// The plugin in force of each program that has one, by program id.
    ///
    /// **Errors** The connection's; an undefined table when the schema is not up to date.
    package static func pluginsInForce(on connection: PostgresConnection) async throws -> [String: String] {
        let rows = try await connection.query(
            """
            select program_id, plugin from programs
            join program_configurations using (program_id, configuration_version)
            """)
        var plugins: [String: String] = [:]
        for row in rows { plugins[try row.get("program_id")] = try row.get("plugin", as: String.self) }
        return plugins
    }

    /// Since when a recovery has stopped issuing, and how many transactions of Cosmo it has not explained; nil while
    /// none is open.
    ///
    /// **Errors** The connection's; an undefined table when the schema is not up to date.
    package static func openRecovery(on connection: PostgresConnection) async throws -> (
        since: String, findings: Int64
    )? {
        try await connection.first(openRecoveries)
    }

    private static let openRecoveries = Query<(since: String, findings: Int64)>(
        """
        select to_char(r.begun_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since, (
            select count(*) from recovery_findings f
            where f.recovery_number = r.recovery_number
                and f.reason <> 'TRANSACTION_FAILED' and not exists (
                    select from issuances i where i.cosmo_transaction_id = f.cosmo_transaction_id)) as findings
        from recoveries r where r.ended_at is null
        """
    ) { row in (since: try row.get("since"), findings: try row.get("findings")) }
}
