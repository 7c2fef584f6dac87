package import PostgreSQL

/// What a PostgreSQL server says about the archive of its write-ahead log, which backups are made from.
package struct LogArchiveFacts: Sendable, Hashable {
    /// Whether the server archives its log.
    package let isOn: Bool
    /// When the last file was archived; nil when none was since the statistics began.
    package let lastArchivedAt: PostgresTimestamp?
    /// When archiving last failed; nil when it never did since then.
    package let lastFailedAt: PostgresTimestamp?

    /// Asks the server; always one row.
    package static let query = Query(
        """
        select current_setting('archive_mode') <> 'off' as is_on, last_archived_time, last_failed_time
        from pg_stat_archiver
        """
    ) { row in
        LogArchiveFacts(
            isOn: try row.get("is_on"), lastArchivedAt: try row.get("last_archived_time"),
            lastFailedAt: try row.get("last_failed_time"))
    }
}
