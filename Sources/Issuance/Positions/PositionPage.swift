import PostgreSQL
import Rewards

/// A page of positions.
package struct PositionPage: Sendable, Hashable {
    /// The positions, in the order of card, program and unit.
    package let positions: [PositionView]
    /// The token of the next page; nil at the end.
    package let nextPageToken: String?
}
