/// What the server said about a failed statement.
package struct PostgresServerError: Sendable, Hashable {
    /// The condition's code.
    package let sqlState: SQLState
    /// The name of the constraint that was violated.
    package let constraint: String?
    /// The table concerned.
    package let table: String?
    /// The column concerned.
    package let column: String?
    /// The server's message; in class 22 it may quote a value.
    package let message: String
    /// The server's detail; it may quote values and belongs in no log.
    package let detail: String?
    /// What the server suggests.
    package let hint: String?
    /// Where in the SQL text the server saw the mistake, in characters from 1.
    package let position: Int?
    /// Whether a prepared plan no longer fits its tables, so that preparing it afresh is all that is needed.
    let isStalePlan: Bool

    /// Creates a report; `nil` means a field that the server left out.
    package init(
        sqlState: SQLState,
        constraint: String? = nil,
        table: String? = nil,
        column: String? = nil,
        message: String,
        detail: String? = nil,
        hint: String? = nil,
        position: Int? = nil
    ) {
        self.init(
            sqlState: sqlState, constraint: constraint, table: table, column: column, message: message, detail: detail,
            hint: hint, position: position, isStalePlan: false)
    }

    init(
        sqlState: SQLState, constraint: String?, table: String?, column: String?, message: String, detail: String?,
        hint: String?, position: Int?, isStalePlan: Bool
    ) {
        self.sqlState = sqlState
        self.constraint = constraint
        self.table = table
        self.column = column
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position
        self.isStalePlan = isStalePlan
    }

    /// The report without what could quote a stored or sent value.
    var redacted: String {
        var text = "SQLSTATE \(sqlState)"
        if let constraint { text += ", constraint \(constraint)" }
        if let table { text += ", table \(table)" }
        if let column { text += ", column \(column)" }
        // Class 22 (data exception) quotes the offending value in the message itself.
        if sqlState.classCode != "22" { text += ": \(message)" }
        return text
    }
}
