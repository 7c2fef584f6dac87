import PostgreSQL

/// The kinds of delivery, one for each address that Cosmo calls.
package enum InboxKind: String, Sendable, Hashable, CaseIterable {
    /// A program was linked to a user, or removed.
    case programConnection = "program-connection"
    /// A transaction completed.
    case transaction
}
