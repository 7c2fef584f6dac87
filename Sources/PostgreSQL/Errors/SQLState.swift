/// A five-character SQLSTATE (PostgreSQL manual, appendix A).
package struct SQLState: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The code, such as `23505`.
    package let rawValue: String

    /// Creates a state from its code.
    package init(rawValue: String) { self.rawValue = rawValue }
    /// Creates a state from its code.
    package init(stringLiteral value: String) { rawValue = value }

    /// The code.
    package var description: String { rawValue }
    /// The first two characters: the class of the condition.
    package var classCode: Substring { rawValue.prefix(2) }

    /// Not supported, which includes a prepared plan whose result type changed.
    package static let featureNotSupported: SQLState = "0A000"
    /// A value does not fit its type.
    package static let numericValueOutOfRange: SQLState = "22003"
    /// Text that its type cannot read.
    package static let invalidTextRepresentation: SQLState = "22P02"
    /// A NOT NULL constraint.
    package static let notNullViolation: SQLState = "23502"
    /// A foreign key.
    package static let foreignKeyViolation: SQLState = "23503"
    /// A unique constraint or index.
    package static let uniqueViolation: SQLState = "23505"
    /// A CHECK constraint.
    package static let checkViolation: SQLState = "23514"
    /// An exclusion constraint.
    package static let exclusionViolation: SQLState = "23P01"
    /// A write on a server that only reads, as after a failover.
    package static let readOnlySQLTransaction: SQLState = "25006"
    /// The transaction failed earlier and takes no more statements.
    package static let inFailedSQLTransaction: SQLState = "25P02"
    /// The server ended a transaction that had been silent for too long, and its session with it.
    package static let idleInTransactionSessionTimeout: SQLState = "25P03"
    /// An unknown prepared statement.
    package static let invalidSQLStatementName: SQLState = "26000"
    /// The login was refused.
    package static let invalidPassword: SQLState = "28P01"
    /// The named database does not exist.
    package static let invalidCatalogName: SQLState = "3D000"
    /// Transactions conflicted; run the transaction again.
    package static let serializationFailure: SQLState = "40001"
    /// Transactions waited for each other; run the transaction again.
    package static let deadlockDetected: SQLState = "40P01"
    /// A mistake in the SQL text.
    package static let syntaxError: SQLState = "42601"
    /// An unknown table.
    package static let undefinedTable: SQLState = "42P01"
    /// A database of that name exists.
    package static let duplicateDatabase: SQLState = "42P04"
    /// A lock asked for with NOWAIT or a lock timeout was not to be had.
    package static let lockNotAvailable: SQLState = "55P03"
    /// The statement was cancelled.
    package static let queryCanceled: SQLState = "57014"
    /// The server is shutting down.
    package static let adminShutdown: SQLState = "57P01"
    /// `RAISE EXCEPTION` in a function of ours.
    package static let raiseException: SQLState = "P0001"
}
