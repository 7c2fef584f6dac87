import CPostgreSQL
import Synchronization

/// The columns of a result, shared by all results of one prepared statement.
final class ColumnSet: Sendable {
    let columns: [PostgresColumn]
    /// Nil for a name that several columns have: it names none of them.
    private let names: [String?]
    private let indexByName: [String: Int]
    /// Which column is probably asked for next: a row is mostly read in the order of its columns, and comparing one
    /// name is cheaper than looking it up. A wrong guess costs the look-up, so readers that share a result only slow
    /// each other.
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
