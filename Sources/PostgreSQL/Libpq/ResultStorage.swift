import CPostgreSQL
import Synchronization

/// The columns of a result, shared by all results of one prepared statement.
final class ColumnSet: Sendable {
    let columns: [PostgresColumn]
    /// Nil for a name that several columns have: it names none of them.
    private let names: [String?]
    private let indexByName: [String: Int]
    /// Which column is probably asked for next: a row is mostly read in the order of its columns, and comparing one name is
    /// cheaper than looking it up. A wrong guess costs the look-up, so readers that share a result only slow each other.
    private let next = Atomic<Int>(0)

    init(_ columns: [PostgresColumn]) {
        self.columns = columns
        let columnsByName = Dictionary(grouping: columns.indices) { columns[$0].name }
        names = columns.map { columnsByName[$0.name]?.count == 1 ? $0.name : nil }
        indexByName = columnsByName.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    convenience init(describing result: OpaquePointer) {
        self.init(
            (0..<PQnfields(result)).map { index in
                PostgresColumn(
                    name: PQfname(result, index).map { String(cString: $0) } ?? "", typeOID: PQftype(result, index))
            })
    }

    func index(of name: String) -> Int? {
        let guess = next.load(ordering: .relaxed)
        guard guess < columns.count else { return nil }
        let index = names[guess] == name ? guess : indexByName[name]
        if let index { next.store(index + 1 < columns.count ? index + 1 : 0, ordering: .relaxed) }
        return index
    }

    /// Whether `result` has these columns, by count and type.
    func describes(_ result: OpaquePointer) -> Bool {
        guard Int(PQnfields(result)) == columns.count else { return false }
        return columns.indices.allSatisfy { PQftype(result, Int32($0)) == columns[$0].typeOID }
    }
}

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
