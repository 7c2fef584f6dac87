/// The state of one migration.
public struct MigrationStatus: Sendable, Hashable {
    /// Its state.
    public enum State: String, Sendable, Hashable {
        /// In the directory, not in the database.
        case pending
        /// In both, and equal.
        case applied
        /// In both, but the file was changed since.
        case changed
        /// In the database alone.
        case unknown
    }

    /// The migration's number.
    public let version: Int
    /// The migration's name.
    public let name: String
    /// Its state.
    public let state: State
    /// When it was applied.
    public let appliedAt: PostgresTimestamp?
}
