public import PostgreSQL

/// A page of calls.
public struct CosmoCallPage: Sendable, Hashable {
    /// The calls, the latest first.
    public let calls: [CosmoCallView]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
