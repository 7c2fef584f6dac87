/// A query that always answers exactly one row, as a step of a pipeline that answers that row.
package struct OneRow<Row>: PipelineStep {
    let query: Query<Row>

    /// Those of the query.
    package var statements: [PostgresStatement] { query.statements }

    /// The row.
    ///
    /// **Errors** `decoding` when the query answers no row or several; what its reader throws.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Row {
        let rows = try query.takeAnswer(from: &results)
        guard let row = rows.first, rows.count == 1 else {
            throw PostgresError.decoding("a query that answers one row answered \(rows.count)")
        }
        return row
    }
}

extension Query {
    /// The query as one that always answers exactly one row, such as a count.
    package var one: OneRow<Row> { OneRow(query: self) }
}
