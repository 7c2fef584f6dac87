/// The state of one migration.
package struct MigrationStatus: Sendable, Hashable {
    /// Its state.
    package enum State: String, Sendable, Hashable {
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
    package let version: Int
    /// The migration's name.
    package let name: String
    /// Its state.
    package let state: State
    /// When it was applied.
    package let appliedAt: PostgresTimestamp?
}
