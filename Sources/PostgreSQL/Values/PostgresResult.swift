/// The rows a statement returned, read in place from libpq's memory.
///
/// **Concurrency** A result and its rows may be read from any task, also after the lease of their connection has ended.
package struct PostgresResult: Sendable, RandomAccessCollection {
    private let storage: ResultStorage

    init(_ storage: ResultStorage) { self.storage = storage }

    /// The number of rows returned.
    package var rowCount: Int { storage.rowCount }
    /// The number of rows inserted, updated, deleted or selected, as the server counted them.
    package var affectedRows: Int { storage.affectedRows }
    /// The columns in order.
    package var columns: [PostgresColumn] { storage.columnSet.columns }
    var commandTag: String { storage.commandTag }

    /// Zero.
    package var startIndex: Int { 0 }
    /// The number of rows.
    package var endIndex: Int { storage.rowCount }
    /// The row at a position.
    package subscript(position: Int) -> PostgresRow {
        precondition(position >= 0 && position < storage.rowCount, "row \(position) of \(storage.rowCount)")
        return PostgresRow(storage: storage, index: position)
    }
}
