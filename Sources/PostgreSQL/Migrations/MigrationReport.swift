/// What a migration run did.
public struct MigrationReport: Sendable, Hashable {
    /// The numbers applied in this run, in order; empty when the database was up to date.
    public let applied: [Int]
    /// The newest version the database has now.
    public let version: Int
}
