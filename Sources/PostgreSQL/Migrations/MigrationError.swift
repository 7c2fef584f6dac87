/// Why a database was not migrated; nothing of the file concerned was applied.
package struct MigrationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stood in the way.
    package enum Reason: String, Sendable, Hashable {
        /// The directory cannot be read or holds no migration.
        case directoryUnreadable = "MIGRATIONS_UNREADABLE"
        /// A file's name is not `NNNN_name.sql`, or two files share a number.
        case badName = "MIGRATION_NAME_INVALID"
        /// A file was changed after it had been applied.
        case checksumChanged = "MIGRATION_CHANGED"
        /// The database has a migration that the files lack.
        case unknownVersion = "MIGRATION_UNKNOWN"
        /// A file's number lies below one that is applied already.
        case outOfOrder = "MIGRATION_OUT_OF_ORDER"
        /// The server refused a statement of the file, which was rolled back.
        case failed = "MIGRATION_FAILED"
    }

    /// What stood in the way.
    package let reason: Reason
    /// The number of the migration concerned.
    package let version: Int?
    /// What happened and what to do.
    package let message: String
    /// The database's error, when it refused.
    package let cause: PostgresError?

    init(_ reason: Reason, version: Int? = nil, _ message: String, cause: PostgresError? = nil) {
        self.reason = reason
        self.version = version
        self.message = message
        self.cause = cause
    }

    /// The reason and the message.
    package var description: String { "\(reason.rawValue): \(message)" }
}
