import Cards
import PostgreSQL
import Rewards

/// What the database said about the cards and spend ids of a batch, read under the cards' locks.
struct BatchFacts: Sendable {
    /// A version of a card's preference with its weights.
    struct Preference: Sendable, Hashable {
        let version: Int64
        let weights: WeightVector

        /// Before the first link.
        static let none = Preference(version: 0, weights: .empty)
    }

    /// A card with the preference in force.
    struct Card: Sendable {
        let currencyCode: String
        let cardProgram: String
        var inForce: Preference
    }

    /// A spend that is stored already.
    struct StandingSpend: Sendable {
        let hash: [UInt8]
        let decision: Decision
        let attribution: Attribution
        let authorizationID: String?
        let recordedAt: PostgresTimestamp
    }

    /// One clearing: what it clears and when the purchase happened.
    struct ClearingKey: Sendable, Hashable {
        let cardID: ExactText
        let authorizationID: ExactText
        let occurredAtMicros: Int64
    }

    /// An authorisation as one of its clearings meets it.
    struct Pin: Sendable {
        let isOpen: Bool
        let pinned: Preference
        /// The version valid when the purchase happened; read for a reversed authorisation only.
        let validAtPurchase: Preference
    }

    /// The preference that one spend is decided under, and why that one.
    struct Terms: Sendable {
        let attribution: Attribution
        let preference: Preference
    }

    var cards: [ExactText: Card] = [:]
    /// Existing cards that another transaction had locked; none of their spends was decided.
    var busyCards: Set<ExactText> = []
    var pins: [ClearingKey: Pin] = [:]
    var runningTotals: [BatchWrites.RunningTotalKey: Int64] = [:]
    var standingSpends: [ExactText: StandingSpend] = [:]
    var periodTotals: [PeriodKey: PeriodTotals] = [:]
    /// What the cards have earned before the batch, for the bound of a position.
    var earned: [PositionKey: Int64] = [:]

    /// Adds the cards that were locked or read, and what is in force for every card asked for. A card that exists and
    /// was not locked is busy.
    ///
    /// **Errors** `WeightVectorError` for weights that we never wrote.
    mutating func take(
        _ records: [CardRecord], _ inForce: [RunningTotalStore.InForce], vectors: WeightVectorCache
    ) throws {
        cards.reserveCapacity(records.count)
        runningTotals.reserveCapacity(records.count)
        for record in records {
            cards[ExactText(record.cardID)] = Card(
                currencyCode: record.currencyCode, cardProgram: record.cardProgram,
                inForce: Preference(version: record.preferenceVersion, weights: .empty))
        }
        for row in inForce {
            guard cards[row.cardID] != nil else {
                busyCards.insert(row.cardID)
                continue
            }
            guard let text = row.weights else { continue }
            let weights = try vectors.vector(text)
            cards[row.cardID]?.inForce = Preference(version: row.version, weights: weights)
            if let total = row.totalMinor {
                runningTotals[.init(cardID: row.cardID, weights: weights.canonicalText)] = total
            }
        }
    }

    /// Chooses the preference version for a spend of a card.
    ///
    /// An open authorisation pins its version; of a reversed one the clearing is late, and the issuer's rule chooses.
    /// **Errors** `UNKNOWN_AUTHORIZATION`.
    func terms(
        for spend: ValidatedSpend, of card: Card, _ lateClearing: LateClearing
    ) throws(SpendingError) -> Terms {
        guard let key = ClearingKey(spend) else { return Terms(attribution: .latest, preference: card.inForce) }
        guard let pin = pins[key] else { throw .unknownAuthorization }
        let attribution = pin.isOpen ? .authorization : lateClearing.rule(forCardProgram: card.cardProgram)
        let preference =
            switch attribution {
            case .authorization: pin.pinned
            case .clearing: pin.validAtPurchase
            case .latest: card.inForce
            }
        return Terms(attribution: attribution, preference: preference)
    }

    /// The rows of `period_totals` that the plugins in force need for these spends.
    func periodKeys(
        for spends: [ValidatedSpend], _ lateClearing: LateClearing, _ fallback: FallbackPolicy,
        asking periods: (String) -> Period?
    ) -> Set<PeriodKey> {
        var keys: Set<PeriodKey> = []
        for spend in spends where standingSpends[ExactText(spend.input.spendID)] == nil {
            guard let card = cards[ExactText(spend.input.cardID)],
                let terms = try? terms(for: spend, of: card, lateClearing)
            else { continue }
            for programID in fallback.programIDs(beside: terms.preference.weights) {
                guard let period = periods(programID) else { continue }
                keys.insert(
                    PeriodKey(
                        cardID: spend.input.cardID, programID: programID, period: period,
                        occurredAtMicros: spend.input.purchase.occurredAtMicros))
            }
        }
        return keys
    }
}

extension BatchFacts.ClearingKey {
    /// Nil for a spend that names no authorisation.
    init?(_ spend: ValidatedSpend) {
        guard let authorizationID = spend.authorizationID else { return nil }
        self.init(
            cardID: ExactText(spend.input.cardID), authorizationID: ExactText(authorizationID),
            occurredAtMicros: spend.input.purchase.occurredAtMicros)
    }
}
