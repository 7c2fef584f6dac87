/// A column of a result.
package struct PostgresColumn: Sendable, Hashable {
    /// The column's name or alias.
    package let name: String
    /// The object identifier of its type.
    package let typeOID: UInt32
}
