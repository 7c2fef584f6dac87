import Cards
import PostgreSQL

extension PreferencesContext {
    /// Has issuance look again at the pairs of a card whose accounts changed, and at those for which issuing begins or
    /// ceases to wait.
    func planAgain(
        moved: [String], waitChanged: [String], of card: LockedCard, now: PostgresTimestamp
    ) -> [PostgresStatement] {
        let moved = moved.flatMap {
            positions.planAgain(cardID: card.id, programID: $0, accountChanged: true, at: now)
        }
        let waitChanged = waitChanged.flatMap {
            positions.planAgain(cardID: card.id, programID: $0, accountChanged: false, at: now)
        }
        return moved + waitChanged
    }
}
