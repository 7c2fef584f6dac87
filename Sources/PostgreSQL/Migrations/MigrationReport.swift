/// What a migration run did.
package struct MigrationReport: Sendable, Hashable {
    /// The numbers applied in this run, in order; empty when the database was up to date.
    package let applied: [Int]
    /// The newest version the database has now.
    package let version: Int
}
