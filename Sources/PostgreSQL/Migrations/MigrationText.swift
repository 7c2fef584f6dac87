/// The name and the statements of one migration.
public struct MigrationText: Sendable, Hashable {
    /// `NNNN_name.sql`.
    public let fileName: String
    /// Its statements.
    public let sql: String

    /// Names a text.
    public init(fileName: String, sql: String) {
        self.fileName = fileName
        self.sql = sql
    }
}
