import OrderedCollections

/// The prepared statements of one connection, by SQL text and parameter types, in order of preparation.
///
/// One SQL text has several entries when its parameters come in several types. Beyond the limit the oldest entry
/// is dropped, and its name handed back to be deallocated on the server.
struct StatementCache {
    private var entries: OrderedDictionary<String, [PreparedStatement]> = [:]
    private var made = 0
    private let textsMax = 512

    func lookup(_ sql: String, for parameters: ParameterBlock) -> PreparedStatement? {
        entries[sql]?.first { parameters.fits($0.types) }
    }

    mutating func makeStatement(for parameters: ParameterBlock) -> PreparedStatement {
        made += 1
        return PreparedStatement(name: "s\(made)", types: parameters.types)
    }

    /// Remembers a statement that the server has prepared; returns the names to deallocate.
    mutating func insert(_ statement: PreparedStatement, sql: String) -> [String] {
        entries[sql, default: []].append(statement)
        guard entries.count > textsMax else { return [] }
        return entries.removeFirst().value.map(\.name)
    }

    mutating func removeAll() { entries.removeAll() }
}
