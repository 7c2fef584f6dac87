import PluginRuntime
import PostgreSQL
import Rewards

/// Reads what a batch of spends is decided from.
///
/// **Cost** One round trip, and another when a plugin asks for period totals; each statement an index look-up a row.
/// Authorisations cost a statement in the same round trip, and only when a spend names one.
struct BatchPrefetch: Sendable {
    /// Whether the cards are held until the transaction ends.
    enum Locking {
        /// Spends, refunds and preference changes of these cards wait. Cards that somebody else holds are left out as busy.
        case cards
        /// Nobody waits: the transaction's snapshot alone keeps the facts together.
        case none
    }

    let lateClearing: LateClearing
    let fallback: FallbackPolicy
    let vectors = WeightVectorCache()

    /// Reads the facts for these spends.
    ///
    /// **Errors** `PostgresError`.
    func facts(
        for spends: [ValidatedSpend], plugins: PluginSet, _ locking: Locking, on connection: PostgresConnection
    ) async throws -> BatchFacts {
        let cardIDs = Set(spends.map { ExactText($0.input.cardID) }).map(\.text)
        let spendIDs = Set(spends.map { ExactText($0.input.spendID) }).map(\.text)
        var statements = [
            CardStore.preferIndexes, locking == .cards ? CardStore.lockFree(cardIDs) : CardStore.read(cardIDs),
            CardStore.readInForce(cardIDs), SpendStore.readStanding(spendIDs),
        ]
        let clearings = Set(spends.compactMap(BatchFacts.ClearingKey.init))
        if !clearings.isEmpty { statements.append(AuthorizationStore.readPins(clearings)) }
        statements.append(EarnedStore.read(cardIDs))
        let read = try await connection.pipeline(statements)
        var facts = BatchFacts()
        try CardStore.take(locked: read[1], inForce: read[2], vectors: vectors, into: &facts)
        facts.standingSpends = try SpendStore.standing(read[3])
        if !clearings.isEmpty { try AuthorizationStore.take(pins: read[4], vectors: vectors, into: &facts) }
        facts.earned = try EarnedStore.earned(read[statements.count - 1])
        let periodKeys = facts.periodKeys(
            for: spends, lateClearing, fallback, asking: plugins.period(forProgram:))
        if !periodKeys.isEmpty {
            let result = try await connection.pipeline([PeriodTotalStore.read(periodKeys)])
            facts.periodTotals = try PeriodTotalStore.totals(result[0])
        }
        return facts
    }
}
