import PostgreSQL

/// Why issuing was stopped until the books were compared with Cosmo's.
package enum RecoveryCause: String, Sendable, Hashable, CaseIterable {
    /// Another cluster: its system identifier changed.
    case server
    /// A standby was promoted, or a backup was recovered to a point in time.
    case timeline
    /// Another database of the same cluster, such as one made from a dump.
    case database
    /// No instance had written a heartbeat for longer than `issuance.recoveryGap`: an older copy may have been
    /// restored.
    case gap
    /// An operator asked for it.
    case `operator`
}
