import PostgreSQL

/// What has become of a delivery.
package enum InboxStatus: String, Sendable, Hashable, CaseIterable {
    /// It waits for the worker.
    case received
    /// It took effect, or was found to repeat what had.
    case applied
    /// It conflicts with another of the same stamp, or may be a retry of an older one; an operator decides.
    case held
    /// It was not understood or not matched; a person looks.
    case parked
}
