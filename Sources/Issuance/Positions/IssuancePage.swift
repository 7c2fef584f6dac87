import PostgreSQL
import Rewards

/// A page of issues.
package struct IssuancePage: Sendable, Hashable {
    /// The issues, in the order they were planned.
    package let issues: [IssuanceRecord]
    /// The token of the next page; nil at the end.
    package let nextPageToken: String?
}
