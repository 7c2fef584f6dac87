package import PostgreSQL

/// Locks several cards in key order, as a step of a pipeline, so that two transactions never wait for each other in a
/// circle; answers with those that it locked.
package struct CardsLock: PipelineStep {
    /// What becomes of a card that another transaction holds.
    package enum Busy: Sendable {
        /// It is left out.
        case skipped
        /// It is waited for.
        case awaited
    }

    private let query: Query<CardRecord>

    /// Locks those of these cards that exist.
    package init(_ cardIDs: [String], busy: Busy) {
        query =
            switch busy {
            case .skipped: CardStore.lockFree(cardIDs)
            case .awaited: CardStore.lockWaiting(cardIDs)
            }
    }

    /// The lock.
    package var statements: [PostgresStatement] { query.statements }

    /// The cards that are locked now.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> LockedCards {
        LockedCards(try query.takeAnswer(from: &results))
    }
}
