import OrderedCollections

/// A statement the server has prepared on one connection.
final class PreparedStatement {
    let name: String
    let types: [UInt32]
    /// Known after the first execution; the server refuses to run a plan whose columns changed.
    var columnSet: ColumnSet?

    init(name: String, types: [UInt32]) {
        self.name = name
        self.types = types
    }
}
