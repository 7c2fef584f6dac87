import Cards
import PluginRuntime
import PostgreSQL
import Rewards

/// Reads what a batch of spends is decided from.
///
/// **Cost** One round trip, and another when a plugin asks for period totals; each statement an index look-up a row.
/// Authorisations cost a statement in the same round trip, and only when a spend names one.
struct BatchPrefetch: Sendable {
    let lateClearing: LateClearing
    let fallback: FallbackPolicy
    let vectors = WeightVectorCache()

    /// Locks the cards of these spends and reads the facts: other spends, refunds and preference changes of the cards
    /// wait. Cards that somebody else holds are left out as busy.
    ///
    /// **Errors** `PostgresError`.
    func lockedFacts(
        for spends: [ValidatedSpend], plugins: PluginSet, on connection: PostgresConnection
    ) async throws -> (cards: LockedCards, facts: BatchFacts) {
        try await read(
            CardsLock(Self.cardIDs(of: spends), busy: .skipped), { $0.map(\.record) }, for: spends, plugins: plugins,
            on: connection)
    }

    /// Reads the facts for these spends without a lock: the transaction's snapshot alone keeps the facts together.
    ///
    /// **Errors** `PostgresError`.
    func facts(
        for spends: [ValidatedSpend], plugins: PluginSet, on connection: PostgresConnection
    ) async throws -> BatchFacts {
        try await read(
            CardStore.read(Self.cardIDs(of: spends)), { $0 }, for: spends, plugins: plugins, on: connection
        ).facts
    }

    private static func cardIDs(of spends: [ValidatedSpend]) -> [String] {
        Set(spends.map { ExactText($0.input.cardID) }).map(\.text)
    }

    private func read<Cards: PipelineStep>(
        _ cards: Cards, _ records: (Cards.Answer) -> [CardRecord], for spends: [ValidatedSpend], plugins: PluginSet,
        on connection: PostgresConnection
    ) async throws -> (cards: Cards.Answer, facts: BatchFacts) {
        let cardIDs = Self.cardIDs(of: spends)
        let spendIDs = Set(spends.map { ExactText($0.input.spendID) }).map(\.text)
        let clearings = Set(spends.compactMap(BatchFacts.ClearingKey.init))
        let (_, found, inForce, standing, pins, earned) = try await connection.pipeline(
            PostgresStatement.preferIndexes, cards, RunningTotalStore.readInForce(cardIDs),
            SpendStore.readStanding(spendIDs),
            clearings.isEmpty ? nil : AuthorizationStore.readPins(clearings), EarnedStore.read(cardIDs))
        var facts = BatchFacts()
        try facts.take(records(found), inForce, vectors: vectors)
        facts.standingSpends = Dictionary(standing, uniquingKeysWith: { $1 })
        try AuthorizationStore.take(pins: pins ?? [], vectors: vectors, into: &facts)
        facts.earned = Dictionary(earned, uniquingKeysWith: { $1 })
        let periodKeys = facts.periodKeys(
            for: spends, lateClearing, fallback, asking: plugins.period(forProgram:))
        if !periodKeys.isEmpty {
            let totals = try await connection.all(PeriodTotalStore.read(periodKeys))
            facts.periodTotals = Dictionary(totals, uniquingKeysWith: { $1 })
        }
        return (found, facts)
    }
}
