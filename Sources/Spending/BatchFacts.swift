import PostgreSQL
import Rewards

/// What the database said about the cards and spend ids of a batch, read under the cards' locks.
struct BatchFacts: Sendable {
    /// A locked card with the preference in force and its running total under it.
    struct Card: Sendable {
        let currencyCode: String
        let preferenceVersion: Int64
        let weights: WeightVector
        var runningTotal: Int64
    }

    /// A spend that stands already.
    struct StandingSpend: Sendable {
        let hash: [UInt8]
        let decision: Decision
        let recordedAt: PostgresTimestamp
    }

    var cards: [ExactText: Card] = [:]
    var standingSpends: [ExactText: StandingSpend] = [:]
    var periodTotals: [PeriodKey: PeriodTotals] = [:]

    /// The rows of `period_totals` that the plugins in force need for these spends.
    func periodKeys(for spends: [ValidatedSpend], asking periods: (String) -> Period?) -> Set<PeriodKey> {
        var keys: Set<PeriodKey> = []
        for spend in spends where standingSpends[ExactText(spend.input.spendID)] == nil {
            guard let card = cards[ExactText(spend.input.cardID)] else { continue }
            for programID in card.weights.programIDs {
                guard let period = periods(programID) else { continue }
                keys.insert(
                    PeriodKey(
                        cardID: spend.input.cardID, programID: programID, period: period,
                        occurredAtMicros: spend.input.occurredAtMicros))
            }
        }
        return keys
    }
}
