/// A recorded decision as a function of how much of its spend is not refunded: A(m) of I-4.
///
/// A(amount) is the stored decision, A(0) is nothing. Who has which unit follows from the certificate and the stored
/// legs alone: each unit is awarded as ``Settlement`` says, the first ones as the fixed parts that the certificate
/// holds, and a program that took less than it was offered takes exactly that at most; the issuer's own program takes
/// the first units that are left. So no plugin can move a refund's money. Plugins are asked only what a smaller amount
/// earns, under the whole amount, the period totals and the configuration that were pinned.
///
/// A leg that was parked keeps its fault and earns nothing, unless it was settled later: then it earns what the
/// settlement's plugin answers.
///
/// **Guarantees** The state of a spend is a function of its refunded total, so any partition of a refund into parts, in
/// any order, with parts undone in between, gives the same result, and a full refund ends at zero.
public struct PinnedDecision: Sendable, Hashable {
    /// The decision as it was stored.
    public let decision: Decision
    /// The parked legs that were settled later, by program.
    public let settled: [String: SettledLeg]

    /// Pins a decision.
    ///
    /// - Parameter settled: the legs that the decision parked and that have earned since, by program.
    public init(_ decision: Decision, settled: [String: SettledLeg] = [:]) {
        self.decision = decision
        self.settled = settled
    }

    /// The plugins that ``takeback(refundedBefore:refundedAfter:tables:evaluate:)`` would ask, by program.
    ///
    /// A full refund asks none: what was granted is stored.
    /// **Errors** ``TakebackError``: out of range, or the decision is not reproduced.
    public func plugins(
        refundedBefore: Int64, refundedAfter: Int64, tables: ApportionmentCache
    ) throws(TakebackError) -> [String: PluginIdentity] {
        let (before, after) = try standing(refundedBefore, refundedAfter, tables)
        var plugins: [String: PluginIdentity] = [:]
        for (index, rule) in earningRules().enumerated() where before.legs[index] != after.legs[index] {
            let asked = [before.legs[index], after.legs[index]].contains { 0 < $0 && $0 < rule.amountMinor }
            if asked, let plugin = rule.plugin { plugins[rule.programID] = plugin }
        }
        return plugins
    }

    /// What moving the refunded total takes out of the decision: A(amount − before) − A(amount − after).
    ///
    /// - Parameters:
    ///   - refundedBefore: how much of the spend is refunded now, in minor units.
    ///   - refundedAfter: how much is to be; less than before undoes, and the result is below zero.
    ///   - programID: the one program whose leg counts, so that no other plugin is asked; nil for all. Excluded and
    ///     held are those of the whole all the same.
    ///   - tables: the apportionment tables in use.
    ///   - evaluate: asks the program's pinned plugin, one of ``plugins(refundedBefore:refundedAfter:tables:)``. A
    ///     fault that names no plugin means that the plugin is not at hand.
    /// **Errors** ``TakebackError``; then nothing may move.
    /// **Cost** At most four plugin calls for each leg that the change touches.
    public func takeback(
        refundedBefore: Int64, refundedAfter: Int64, ofProgram programID: String? = nil, tables: ApportionmentCache,
        evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) throws(TakebackError) -> Takeback {
        let (before, after) = try standing(refundedBefore, refundedAfter, tables)
        var legs: [TakebackLeg] = []
        for (index, rule) in earningRules().enumerated() where before.legs[index] != after.legs[index] {
            if let programID, ExactText(programID) != ExactText(rule.programID) { continue }
            let more = try rule.earned(on: before.legs[index], evaluate)
            let less = try rule.earned(on: after.legs[index], evaluate)
            let rises = before.legs[index] > after.legs[index]
            guard more.micro == less.micro || (more.micro > less.micro) == rises else {
                throw TakebackError(.pluginContradictsItself, programID: rule.programID)
            }
            legs.append(
                TakebackLeg(
                    programID: rule.programID, amountMinor: before.legs[index] - after.legs[index],
                    acceptedMinor: more.acceptedMinor - less.acceptedMinor,
                    earning: rule.kind?.withMicro(more.micro - less.micro)))
        }
        let remainder = before.remainder - after.remainder
        let isHeld = decision.fallback.fallback(under: decision.certificate.weights) == .hold
        return Takeback(legs: legs, excludedMinor: isHeld ? 0 : remainder, heldMinor: isHeld ? remainder : 0)
    }

    /// How much of the held part is left when so much of the spend is refunded, in minor units; no plugin is asked.
    ///
    /// **Errors** ``TakebackError``: out of range, or the decision is not reproduced.
    public func heldMinor(refunded: Int64, tables: ApportionmentCache) throws(TakebackError) -> Int64 {
        guard decision.fallback.fallback(under: decision.certificate.weights) == .hold else { return 0 }
        return try standing(refunded, refunded, tables).before.remainder
    }

    /// Who has what when `before` and when `after` are refunded.
    private func standing(
        _ before: Int64, _ after: Int64, _ tables: ApportionmentCache
    ) throws(TakebackError) -> (before: Settlement.Outcome, after: Settlement.Outcome) {
        let amount = decision.input.purchase.amount.minorUnits
        guard amount > 0, (0...amount).contains(before), (0...amount).contains(after) else {
            throw TakebackError(.refundOutOfRange)
        }
        guard (try? decision.check()) != nil else { throw TakebackError(.decisionNotReproduced) }
        let whole = outcome(ofAmount: amount, tables)
        let stored = programIDs.map { id in decision.legs.first { $0.programID == id }?.amountMinor ?? 0 }
        guard whole.legs == stored, whole.remainder == decision.excludedMinor + decision.heldMinor else {
            throw TakebackError(.decisionNotReproduced)
        }
        return (outcome(ofAmount: amount - before, tables), outcome(ofAmount: amount - after, tables))
    }

    /// The programs that can have a part: those of the weights, and the issuer's own behind them when it was asked.
    private var programIDs: [String] {
        let linked = decision.certificate.weights.programIDs
        return decision.ownProgramLeg.map { linked + [$0.programID] } ?? linked
    }

    /// Who has which of the first `amount` units, in the order of ``programIDs``.
    private func outcome(ofAmount amount: Int64, _ tables: ApportionmentCache) -> Settlement.Outcome {
        var outcome = linkedOutcome(ofAmount: amount, tables)
        guard let ownProgram = decision.ownProgramLeg else { return outcome }
        // The issuer's own program takes the first units that nobody else does, up to what it took of them all.
        outcome.legs.append(min(outcome.remainder, ownProgram.amountMinor))
        outcome.closed.append(outcome.remainder > ownProgram.amountMinor)
        outcome.remainder = max(0, outcome.remainder - ownProgram.amountMinor)
        return outcome
    }

    private func linkedOutcome(ofAmount amount: Int64, _ tables: ApportionmentCache) -> Settlement.Outcome {
        let weights = decision.certificate.weights
        guard !weights.isEmpty else { return Settlement.Outcome(legs: [], closed: [], remainder: amount) }
        let legs = weights.programIDs.map { id in decision.legs.first { $0.programID == id } }
        let settlement = Settlement(
            table: tables.table(reducedParts: weights.parts), parts: weights.parts,
            runningTotal: decision.certificate.totalBefore, fixed: decision.certificate.fixed, amount: amount,
            tables: tables)
        return settlement.settle(
            capacities: legs.map { leg in leg.flatMap { $0.offeredMinor > $0.amountMinor ? $0.amountMinor : nil } },
            parked: legs.map { $0?.status == .parked })
    }

    /// How each program's leg earns, in the order of ``programIDs``.
    private func earningRules() -> [PinnedEarning] {
        programIDs.enumerated().map { index, programID in
            PinnedEarning(
                programIndex: index, programID: programID, wholeMinor: decision.input.purchase.amount.minorUnits,
                leg: decision.legs.first { $0.programID == programID }, settled: settled[programID])
        }
    }
}
