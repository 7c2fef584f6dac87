/// One SQL statement with its parameters, as a pipeline takes it.
public struct PostgresStatement: Sendable {
    /// The SQL text, with `$1`, `$2` ... for the parameters.
    public var sql: String
    /// The values of `$1`, `$2` ... in order.
    public var parameters: [PostgresValue]

    /// Creates a statement.
    public init(_ sql: String, _ parameters: [PostgresValue] = []) {
        self.sql = sql
        self.parameters = parameters
    }

    /// Creates a statement, with its parts named.
    public init(sql: String, parameters: [PostgresValue] = []) {
        self.init(sql, parameters)
    }
}
