/// One SQL statement with its parameters, as a pipeline takes it.
package struct PostgresStatement: Sendable {
    /// The SQL text, with `$1`, `$2` ... for the parameters.
    package var sql: String
    /// The values of `$1`, `$2` ... in order.
    package var parameters: [PostgresValue]

    /// Creates a statement.
    package init(_ sql: String, _ parameters: [PostgresValue] = []) {
        self.sql = sql
        self.parameters = parameters
    }

    /// Creates a statement, with its parts named.
    package init(sql: String, parameters: [PostgresValue] = []) {
        self.init(sql, parameters)
    }
}
