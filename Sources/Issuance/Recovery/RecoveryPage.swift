public import PostgreSQL

/// A page of recoveries.
public struct RecoveryPage: Sendable, Hashable {
    /// The recoveries, newest first, without findings.
    public let recoveries: [Recovery]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
