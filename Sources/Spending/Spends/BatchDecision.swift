import PluginRuntime
import PostgreSQL
import Rewards

/// The pure heart of a batch: from facts to answers and writes, spend by spend in the order of arrival.
///
/// A spend that is refused leaves no trace in the totals that the next one of its card is decided on.
struct BatchDecision {
    let plugins: PluginSet
    let tables: ApportionmentCache
    let configuration: SpendingConfiguration
    let recordedAt: PostgresTimestamp
    private(set) var facts: BatchFacts
    private(set) var writes = BatchWrites()

    init(
        facts: BatchFacts, plugins: PluginSet, tables: ApportionmentCache, configuration: SpendingConfiguration,
        recordedAt: PostgresTimestamp
    ) {
        self.facts = facts
        self.plugins = plugins
        self.tables = tables
        self.configuration = configuration
        self.recordedAt = recordedAt
    }

    /// Decides one spend.
    ///
    /// **Errors** in this order: `UNKNOWN_CARD`, `CURRENCY_MISMATCH`, `SPEND_CONFLICT`, `UNKNOWN_AUTHORIZATION`,
    /// `PREVIEW_EXPIRED`, `RUNNING_TOTAL_OVERFLOW`, `PREVIEW_CHANGED`, `REWARD_OVERFLOW`.
    mutating func decide(_ spend: ValidatedSpend) throws(SpendingError) -> SpendAnswer {
        let input = spend.input
        let (cardID, spendID) = (ExactText(input.cardID), ExactText(input.spendID))
        guard let card = facts.cards[cardID] else { throw .unknownCard }
        guard input.purchase.amount.currency.text == card.currencyCode else { throw .currencyMismatch }
        if let standing = facts.standingSpends[spendID] {
            return try Self.replay(standing, to: spend)
        }
        let terms = try facts.terms(for: spend, of: card, configuration.lateClearing)
        if let preview = spend.preview, preview.expiresAt <= recordedAt { throw .previewExpired }
        let keys = periodKeys(of: input, terms.preference, configuration.fallback)
        let decision = try decision(on: input, terms.preference, configuration.fallback, keys)
        let changes = spend.preview?.changes(to: decision, terms.attribution) ?? []
        guard changes.isEmpty else { throw .previewChanged(changes) }
        let recorded = RecordedSpend(
            decision: decision, attribution: terms.attribution, authorizationID: spend.authorizationID,
            recordedAt: recordedAt)
        try count(decision, keys)
        writes.spends.append(.init(recorded: recorded, hash: spend.hash))
        // The next spend of the batch with this id sees this one; the next of this card sees it in the totals.
        facts.standingSpends[spendID] = .init(
            hash: spend.hash, decision: decision, attribution: terms.attribution,
            authorizationID: spend.authorizationID, recordedAt: recordedAt)
        return SpendAnswer(recorded: recorded, replayed: false)
    }

    /// The first answer again (I-5), also with the token that the spend was recorded with, however old. A token that
    /// shows something else is refused with what differs.
    private static func replay(
        _ standing: BatchFacts.StandingSpend, to spend: ValidatedSpend
    ) throws(SpendingError) -> SpendAnswer {
        guard standing.hash == spend.hash else { throw .spendConflict }
        if let preview = spend.preview, !preview.changes(to: standing.decision, standing.attribution).isEmpty {
            throw .previewChanged([.recordedOtherwise])
        }
        return SpendAnswer(
            recorded: RecordedSpend(
                decision: standing.decision, attribution: standing.attribution,
                authorizationID: standing.authorizationID, recordedAt: standing.recordedAt), replayed: true)
    }

    /// Where each program that may be asked counts the purchase; nil for one that counts no period.
    func periodKeys(
        of input: SpendInput, _ preference: BatchFacts.Preference, _ fallback: FallbackPolicy
    ) -> [PeriodKey?] {
        fallback.programIDs(beside: preference.weights).map { programID in
            plugins.period(forProgram: programID).map {
                PeriodKey(
                    cardID: input.cardID, programID: programID, period: $0,
                    occurredAtMicros: input.purchase.occurredAtMicros)
            }
        }
    }

    /// Makes the decision on the totals as they are now; nothing is counted.
    func decision(
        on input: SpendInput, _ preference: BatchFacts.Preference, _ fallback: FallbackPolicy, _ keys: [PeriodKey?]
    ) throws(SpendingError) -> Decision {
        let request = DecisionRequest(
            input: input, preferenceVersion: preference.version, weights: preference.weights,
            runningTotal: runningTotal(of: ExactText(input.cardID), under: preference.weights),
            periodTotals: keys.map { key in key.map { facts.periodTotals[$0] ?? .zero } },
            fallback: fallback)
        do {
            return try SpendDecision.decide(request, tables: tables, plugins: plugins)
        } catch {
            switch error {
            case .runningTotalOverflow: throw .runningTotalOverflow
            // Validation and the table's constraint exclude both.
            case .amountNotPositive, .runningTotalNegative: throw .internalFault
            }
        }
    }

    /// What the card has spent under these weights, with the spends of this batch before this one.
    private func runningTotal(of cardID: ExactText, under weights: WeightVector) -> Int64 {
        if weights.isEmpty { return 0 }
        let key = BatchWrites.RunningTotalKey(cardID: cardID, weights: weights.canonicalText)
        return writes.runningTotals[key] ?? facts.runningTotals[key] ?? 0
    }

    /// Adds a decision to the totals and the earnings; all or nothing, so that an overflow refuses this spend alone.
    mutating func count(_ decision: Decision, _ keys: [PeriodKey?]) throws(SpendingError) {
        let cardID = decision.input.cardID
        var earnings: [(PositionKey, Int64)] = []
        var periods: [(PeriodKey, PeriodTotals)] = []
        for leg in decision.legs {
            guard let earning = leg.earning else { continue }
            if earning.micro > 0 {
                let key = PositionKey(cardID: cardID, programID: leg.programID, unit: earning.unit)
                let added = try Self.sum(writes.earnings[key] ?? 0, earning.micro)
                guard Position.mayEarn(added, on: facts.earned[key] ?? 0) else { throw .rewardOverflow }
                earnings.append((key, added))
            }
            if let index = decision.programIndex(of: leg.programID), let key = keys[index] {
                let before = facts.periodTotals[key] ?? .zero
                let after = PeriodTotals(
                    acceptedMinor: try Self.sum(before.acceptedMinor, leg.amountMinor),
                    earnedMicro: try Self.sum(before.earnedMicro, earning.micro))
                if after != before { periods.append((key, after)) }
            }
        }
        for (key, micro) in earnings { writes.earnings[key] = micro }
        for (key, totals) in periods {
            facts.periodTotals[key] = totals
            writes.periodTotals[key] = totals
        }
        if !decision.certificate.weights.isEmpty {
            let key = BatchWrites.RunningTotalKey(
                cardID: ExactText(cardID), weights: decision.certificate.weights.canonicalText)
            writes.runningTotals[key] = decision.certificate.totalAfter
        }
    }

    /// Takes a part of what was just counted back out of a period's total.
    mutating func discount(_ leg: TakebackLeg, from key: PeriodKey) {
        let before = facts.periodTotals[key] ?? .zero
        let after = PeriodTotals(
            acceptedMinor: before.acceptedMinor - leg.acceptedMinor, earnedMicro: before.earnedMicro - leg.micro)
        facts.periodTotals[key] = after
        writes.periodTotals[key] = after
    }

    private static func sum(_ left: Int64, _ right: Int64) throws(SpendingError) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw .rewardOverflow }
        return sum
    }
}
