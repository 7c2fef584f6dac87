import PostgreSQL
import Rewards

/// A page of issuances.
package struct IssuancePage: Sendable, Hashable {
    /// The issuances, in the order they were planned.
    package let issuances: [IssuanceRecord]
    /// The token of the next page; nil at the end.
    package let nextPageToken: String?
}
