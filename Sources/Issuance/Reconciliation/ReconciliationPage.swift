import PostgreSQL

/// A page of comparisons.
package struct ReconciliationPage: Sendable, Hashable {
    /// The days, newest first, without findings.
    package let reconciliations: [Reconciliation]
    /// The token of the next page; nil at the end.
    package let nextPageToken: String?
}
