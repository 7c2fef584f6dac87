/// One SQL statement with its parameters, and how a row of its answer is read.
///
/// A store's function returns one where it reads; what only writes is a ``PostgresStatement``.
package struct Query<Row>: Sendable {
    /// What is sent.
    package let statement: PostgresStatement
    let read: @Sendable (PostgresRow) throws -> Row

    /// Creates a query.
    ///
    /// - Parameters:
    ///   - sql: The SQL text, with `$1`, `$2` ... for the parameters. Each column that is read has a name of its own.
    ///   - parameters: The values of `$1`, `$2` ... in order.
    ///   - read: Reads one row, its columns by name; best in the order of the columns. What it throws is what the call
    ///     throws that runs the query.
    package init(
        _ sql: String, _ parameters: [PostgresValue] = [], read: @escaping @Sendable (PostgresRow) throws -> Row
    ) {
        statement = PostgresStatement(sql, parameters)
        self.read = read
    }
}

extension PostgresConnection {
    /// Runs a query and reads all its rows, in order.
    ///
    /// **Errors** As `query`, and what the query's reader throws.
    ///
    /// **Cost** One round trip.
    package func all<Row>(_ query: Query<Row>, timeout: Duration? = nil) async throws -> [Row] {
        try await self.query(query.statement, timeout: timeout).map(query.read)
    }

    /// Runs a query and reads its first row; nil when there is none. Errors and cost are those of `all`.
    package func first<Row>(_ query: Query<Row>, timeout: Duration? = nil) async throws -> Row? {
        try await self.query(query.statement, timeout: timeout).first.map(query.read)
    }

    /// Runs a query and reads its rows one by one, in memory that does not grow with their number.
    ///
    /// **Guarantees**, **Errors** and **Concurrency** As `forEachRow`.
    package func forEach<Row>(
        _ query: Query<Row>, timeout: Duration? = nil, _ body: (Row) throws -> Void
    ) async throws {
        try await forEachRow(query.statement.sql, query.statement.parameters, timeout: timeout) { row in
            try body(query.read(row))
        }
    }
}

extension PostgresPool {
    /// Runs a query outside any transaction and reads all its rows, in order.
    ///
    /// **Errors** As `query`, and what the query's reader throws.
    ///
    /// **Cost** One round trip.
    package func all<Row>(_ query: Query<Row>, timeout: Duration? = nil) async throws -> [Row] {
        try await self.query(query.statement, timeout: timeout).map(query.read)
    }

    /// Runs a query outside any transaction and reads its first row; nil when there is none. Errors and cost are those
    /// of `all`.
    package func first<Row>(_ query: Query<Row>, timeout: Duration? = nil) async throws -> Row? {
        try await self.query(query.statement, timeout: timeout).first.map(query.read)
    }
}
