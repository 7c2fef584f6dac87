import PostgreSQL

/// A page of recoveries.
package struct RecoveryPage: Sendable, Hashable {
    /// The recoveries, newest first, without findings.
    package let recoveries: [Recovery]
    /// The token of the next page; nil at the end.
    package let nextPageToken: String?
}
