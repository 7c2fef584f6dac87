/// One row of a result.
public struct PostgresRow: Sendable {
    let storage: ResultStorage
    let index: Int

    /// Reads a column by name.
    ///
    /// **Errors** `decoding`, naming the column and both types, when there is no such column, when it holds NULL and `T`
    /// is not optional, or when its type or value does not fit `T`.
    public func get<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let column = storage.columnSet.index(of: name) else {
            let known = storage.columnSet.columns.map(\.name).joined(separator: ", ")
            throw .decoding("the result has no column \"\(name)\"; it has: \(known)")
        }
        return try T.decode(from: PostgresCell(storage: storage, row: index, column: column))
    }

    /// Reads a column by its position from 0; errors as above.
    public func get<T: PostgresDecodable>(_ column: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard storage.columnSet.columns.indices.contains(column) else {
            throw .decoding("the result has no column \(column); it has \(storage.columnSet.columns.count)")
        }
        return try T.decode(from: PostgresCell(storage: storage, row: index, column: column))
    }

    /// The columns in order.
    public var columns: [PostgresColumn] { storage.columnSet.columns }
}
