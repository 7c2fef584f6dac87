public import PostgreSQL
public import Rewards

/// A page of positions.
public struct PositionPage: Sendable, Hashable {
    /// The positions, in the order of card, program and unit.
    public let positions: [PositionView]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
