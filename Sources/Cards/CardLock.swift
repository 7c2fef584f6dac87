package import PostgreSQL

/// Locks one card as a step of a pipeline; answers nil when there is no such card.
///
/// **Errors** One that means `contended`, at once, when another transaction holds the card: a call waits for its card
/// in `PostgresPool.withLine`, where it keeps no connection.
package struct CardLock: PipelineStep {
    /// The card.
    package let cardID: String

    /// Locks this card.
    package init(_ cardID: String) { self.cardID = cardID }

    /// The lock.
    package var statements: [PostgresStatement] { CardStore.lock(cardID).statements }

    /// The card, locked; nil when there is none.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> LockedCard? {
        try CardStore.lock(cardID).takeAnswer(from: &results).first.map(LockedCard.init)
    }

    /// Locks the card outside of a longer pipeline.
    ///
    /// **Cost** One round trip.
    package func take(on connection: PostgresConnection) async throws -> LockedCard? {
        try await connection.pipeline(self)
    }

    /// The lock with a statement right behind it in the same pipeline, for one that changes nothing when there is no
    /// such card. When the lock is refused, the statement is not run.
    package func then(_ statement: PostgresStatement) -> LockedStatement {
        LockedStatement(lock: self, statement: statement)
    }
}
