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
        let clearings = Set(spends.compactMap(BatchFacts.ClearingKey.init))
        let (_, cards, inForce, standing, pins, earned) = try await connection.pipeline(
            CardStore.preferIndexes, locking == .cards ? CardStore.lockFree(cardIDs) : CardStore.read(cardIDs),
            CardStore.readInForce(cardIDs), SpendStore.readStanding(spendIDs),
            clearings.isEmpty ? nil : AuthorizationStore.readPins(clearings), EarnedStore.read(cardIDs))
        var facts = BatchFacts()
        try CardStore.take(locked: cards, inForce: inForce, vectors: vectors, into: &facts)
        facts.standingSpends = Dictionary(standing, uniquingKeysWith: { $1 })
        try AuthorizationStore.take(pins: pins ?? [], vectors: vectors, into: &facts)
        facts.earned = Dictionary(earned, uniquingKeysWith: { $1 })
        let periodKeys = facts.periodKeys(
            for: spends, lateClearing, fallback, asking: plugins.period(forProgram:))
        if !periodKeys.isEmpty {
            let totals = try await connection.all(PeriodTotalStore.read(periodKeys))
            facts.periodTotals = Dictionary(totals, uniquingKeysWith: { $1 })
        }
        return facts
    }
}
