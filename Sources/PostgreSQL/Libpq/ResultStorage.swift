import CPostgreSQL
import Synchronization

/// Owner of one `PGresult`: cells are read in place, and the memory goes back to libpq with the last reference.
///
// SAFETY: libpq never changes a PGresult after handing it out, so reading it from any thread is sound (manual, section
// 34.20); the pointer is freed once, in deinit, when no reader can exist.
final class ResultStorage: @unchecked Sendable {
    private let result: OpaquePointer
    let columnSet: ColumnSet
    let rowCount: Int
    let affectedRows: Int

    init(adopting result: OpaquePointer, columnSet: ColumnSet) {
        self.result = result
        self.columnSet = columnSet
        rowCount = Int(PQntuples(result))
        affectedRows = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    deinit { PQclear(result) }

    var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

    func isNull(row: Int, column: Int) -> Bool {
        PQgetisnull(result, Int32(row), Int32(column)) == 1
    }

    /// Lends the bytes of a cell that is not NULL.
    func withBytes<R>(row: Int, column: Int, _ body: (UnsafeRawBufferPointer) throws(PostgresError) -> R)
        throws(PostgresError) -> R
    {
        let start = PQgetvalue(result, Int32(row), Int32(column))
        let count = Int(PQgetlength(result, Int32(row), Int32(column)))
        // SAFETY: the pointer lives as long as the PGresult, which `self` keeps alive beyond this call.
        return try withExtendedLifetime(self) { () throws(PostgresError) -> R in
            try body(UnsafeRawBufferPointer(start: start, count: count))
        }
    }
}
