/// The name and the statements of one migration.
package struct MigrationText: Sendable, Hashable {
    /// `NNNN_name.sql`.
    package let fileName: String
    /// Its statements.
    package let sql: String

    /// Names a text.
    package init(fileName: String, sql: String) {
        self.fileName = fileName
        self.sql = sql
    }
}
