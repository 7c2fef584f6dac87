package import PostgreSQL
package import Rewards

/// Changes the positions of cards for a room that does not own them.
package protocol PositionSink: Sendable {
    /// The statements that change positions at `now`, for the caller's own transaction, after its locks on the cards.
    ///
    /// - Parameter changes: At most one earning and one claw-back for each position, earnings first and each kind in
    ///   the order of the keys.
    func change(_ changes: [PositionChange], at now: PostgresTimestamp) -> [PostgresStatement]
}
