/// A query whose rows are combined into one value; ``Query/combined(_:)`` makes one.
package struct CombinedQuery<Row, Value>: PipelineStep {
    let query: Query<Row>
    let combine: @Sendable ([Row]) throws -> Value

    /// The query's statement.
    package var statements: [PostgresStatement] { query.statements }

    /// The value that the rows make.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Value {
        try combine(query.takeAnswer(from: &results))
    }
}

extension Query {
    /// The query with a function that makes one value of all its rows, such as a dictionary.
    ///
    /// - Parameter combine: Gets the rows in order, none if there is none. What it throws is what the call throws that
    ///   runs the query.
    package func combined<Value>(
        _ combine: @escaping @Sendable ([Row]) throws -> Value
    ) -> CombinedQuery<Row, Value> {
        CombinedQuery(query: self, combine: combine)
    }
}
