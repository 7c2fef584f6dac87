public import PostgreSQL
public import Rewards

/// A page of issues.
public struct IssuancePage: Sendable, Hashable {
    /// The issues, in the order they were planned.
    public let issues: [IssuanceRecord]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
