/// Why a call to the database failed.
///
/// **Guarantees** `description` quotes no parameter and no stored value, but for a word of an enum's column that the
/// enum does not know; `kind` holds the server's full report for callers who handle it with care.
package struct PostgresError: Error, Sendable, Hashable {
    /// What failed, for code to switch on.
    package enum Kind: Sendable, Hashable {
        /// The server refused the statement; in a transaction, the transaction is void.
        case server(PostgresServerError)
        /// The connection broke while the call ran: a statement outside a transaction may or may not have had its
        /// effect.
        case connectionLost
        /// No connection could be made.
        case connectionFailed
        /// The call took longer than it was given and was cancelled.
        case timeout
        /// No connection of the pool became free in time.
        case leaseTimeout
        /// A lock was not to be had without waiting, or not in time; nothing was done.
        case lockBusy
        /// The connection broke while COMMIT was under way, COMMIT was not answered in time, or it was answered with a
        /// warning: the transaction is either wholly applied or not at all, or applied and not yet safe on the standby
        /// that a commit waits for. Reading its rows settles nothing; a later transaction that commits does.
        case commitOutcomeUnknown
        /// The transaction was rolled back instead of committed, because a failed statement in it had been ignored.
        case transactionAborted
        /// A result could not be read as the type asked for.
        case decoding
        /// A parameter cannot be sent; nothing was.
        case encoding
        /// The pool or the connection is closed.
        case closed
        /// The call breaks a rule of this interface, such as opening a transaction inside a transaction.
        case invalidUse
    }

    /// What failed.
    package let kind: Kind
    /// What happened and what to do, for people.
    package let message: String

    /// Of a lost connection: whether certainly nothing took effect, since nothing was sent or the transaction was not
    /// committed.
    let hadNoEffect: Bool

    init(_ kind: Kind, _ message: String, hadNoEffect: Bool = false) {
        self.kind = kind
        self.message = message
        self.hadNoEffect = hadNoEffect
    }

    /// The server's report, if it was the server that refused.
    package var server: PostgresServerError? {
        if case .server(let report) = kind { report } else { nil }
    }
    /// The server's SQLSTATE, if it was the server that refused.
    package var sqlState: SQLState? { server?.sqlState }
    /// The name of the violated constraint, if the server named one.
    package var constraint: String? { server?.constraint }

    /// A stable reason for machines.
    package var reason: String {
        switch kind {
        case .server: "DATABASE_STATEMENT_REFUSED"
        case .connectionLost: "DATABASE_CONNECTION_LOST"
        case .connectionFailed: "DATABASE_UNREACHABLE"
        case .timeout: "DATABASE_TIMEOUT"
        case .leaseTimeout: "DATABASE_POOL_EXHAUSTED"
        case .lockBusy: "DATABASE_LOCK_BUSY"
        case .commitOutcomeUnknown: "DATABASE_COMMIT_OUTCOME_UNKNOWN"
        case .transactionAborted: "DATABASE_TRANSACTION_ABORTED"
        case .decoding: "DATABASE_RESULT_UNREADABLE"
        case .encoding: "DATABASE_PARAMETER_INVALID"
        case .closed: "DATABASE_CLIENT_CLOSED"
        case .invalidUse: "DATABASE_CLIENT_MISUSED"
        }
    }
}

extension PostgresError: CustomStringConvertible {
    /// The reason and what happened, free of parameters and stored values.
    package var description: String { "\(reason): \(message)" }
}

extension PostgresError {
    static func server(_ report: PostgresServerError) -> PostgresError { .init(.server(report), report.redacted) }
    static func encoding(_ message: String) -> PostgresError { .init(.encoding, message) }
    static func decoding(_ message: String) -> PostgresError { .init(.decoding, message) }
    static func invalidUse(_ message: String) -> PostgresError { .init(.invalidUse, message) }
    /// The same loss of a connection whose transaction was not committed.
    var undone: PostgresError { PostgresError(kind, message, hadNoEffect: true) }
    static func connectionLost(_ message: String) -> PostgresError { .init(.connectionLost, message) }
    static let unsent = PostgresError(
        .connectionLost, "the connection broke before the statement was sent", hadNoEffect: true)
    static let poolClosed = PostgresError(.closed, "the pool is closed or closing; no new work is taken")
}
