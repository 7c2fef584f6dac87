/// A column of a result.
public struct PostgresColumn: Sendable, Hashable {
    /// The column's name or alias.
    public let name: String
    /// The object identifier of its type.
    public let typeOID: UInt32
}
