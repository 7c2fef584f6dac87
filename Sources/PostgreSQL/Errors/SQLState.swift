/// A five-character SQLSTATE (PostgreSQL manual, appendix A).
public struct SQLState: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The code, such as `23505`.
    public let rawValue: String

    /// Creates a state from its code.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Creates a state from its code.
    public init(stringLiteral value: String) { rawValue = value }

    /// The code.
    public var description: String { rawValue }
    /// The first two characters: the class of the condition.
    public var classCode: Substring { rawValue.prefix(2) }

    /// Not supported, which includes a prepared plan whose result type changed.
    public static let featureNotSupported: SQLState = "0A000"
    /// A value does not fit its type.
    public static let numericValueOutOfRange: SQLState = "22003"
    /// Text that its type cannot read.
    public static let invalidTextRepresentation: SQLState = "22P02"
    /// A NOT NULL constraint.
    public static let notNullViolation: SQLState = "23502"
    /// A foreign key.
    public static let foreignKeyViolation: SQLState = "23503"
    /// A unique constraint or index.
    public static let uniqueViolation: SQLState = "23505"
    /// A CHECK constraint.
    public static let checkViolation: SQLState = "23514"
    /// An exclusion constraint.
    public static let exclusionViolation: SQLState = "23P01"
    /// A write on a server that only reads, as after a failover.
    public static let readOnlySQLTransaction: SQLState = "25006"
    /// The transaction failed earlier and takes no more statements.
    public static let inFailedSQLTransaction: SQLState = "25P02"
    /// An unknown prepared statement.
    public static let invalidSQLStatementName: SQLState = "26000"
    /// The login was refused.
    public static let invalidPassword: SQLState = "28P01"
    /// The named database does not exist.
    public static let invalidCatalogName: SQLState = "3D000"
    /// Transactions conflicted; run the transaction again.
    public static let serializationFailure: SQLState = "40001"
    /// Transactions waited for each other; run the transaction again.
    public static let deadlockDetected: SQLState = "40P01"
    /// A mistake in the SQL text.
    public static let syntaxError: SQLState = "42601"
    /// An unknown table.
    public static let undefinedTable: SQLState = "42P01"
    /// A database of that name exists.
    public static let duplicateDatabase: SQLState = "42P04"
    /// A lock asked for with NOWAIT or a lock timeout was not to be had.
    public static let lockNotAvailable: SQLState = "55P03"
    /// The statement was cancelled.
    public static let queryCanceled: SQLState = "57014"
    /// The server is shutting down.
    public static let adminShutdown: SQLState = "57P01"
    /// `RAISE EXCEPTION` in a function of ours.
    public static let raiseException: SQLState = "P0001"
}
