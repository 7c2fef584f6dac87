import PostgreSQL

/// A page of calls.
package struct CosmoCallPage: Sendable, Hashable {
    /// The calls, the latest first.
    package let calls: [CosmoCallView]
    /// The token of the next page; nil at the end.
    package let nextPageToken: String?
}
