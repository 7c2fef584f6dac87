public import PostgreSQL

/// A page of comparisons.
public struct ReconciliationPage: Sendable, Hashable {
    /// The days, newest first, without findings.
    public let reconciliations: [Reconciliation]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
