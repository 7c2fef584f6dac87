package import PostgreSQL

/// Has the positions of cards planned again for a room that does not own them.
package protocol PositionPlans: Sendable {
    /// The statements that have a card's position with a program planned again at once, for the caller's own
    /// transaction.
    ///
    /// - Parameter accountChanged: Whether points may go to another account now; false when only a wait began or ended.
    func planAgain(
        cardID: String, programID: String, accountChanged: Bool, at now: PostgresTimestamp
    ) -> [PostgresStatement]
}
