import PluginRuntime
import Rewards

/// The pure part of retrying parked legs: asks the plugin about each and gathers what changes.
///
/// A leg of a spend that is refunded in part earns on its whole amount, and what it earned on the refunded part is
/// taken back at once, refund by refund: so the leg telescopes like any other from then on (I-4), and I-2 holds
/// throughout.
struct ParkedLegSettlement {
    let programID: String
    let plugins: PluginSet
    let tables: ApportionmentCache
    /// The refunds of each spend that were not undone, in the order in which they came.
    var refunds: [ExactText: [(refundID: String, amountMinor: Int64)]] = [:]
    /// What is taken for those refunds.
    private(set) var movements: [(cardID: String, movement: RefundBooking.Movement)] = []
    private(set) var clawbacks: [PositionKey: Int64] = [:]
    var periodTotals: [PeriodKey: PeriodTotals] = [:]
    /// What the cards have earned with the program before, for the bound of a position.
    var earned: [PositionKey: Int64] = [:]
    private(set) var changedTotals: [PeriodKey: PeriodTotals] = [:]
    private(set) var settled: [LegStore.Settled] = []
    private(set) var writes = BatchWrites()
    private(set) var report: RetryParkedLegs.Report

    /// - Parameter unreadable: How many legs' spends have stored bytes that are no decision; they stay as they are.
    init(programID: String, plugins: PluginSet, tables: ApportionmentCache, unreadable: Int) {
        self.programID = programID
        self.plugins = plugins
        self.tables = tables
        report = RetryParkedLegs.Report()
        if unreadable > 0 {
            report.parkedAgain[SpendingError.Reason.decisionNotReproduced.rawValue] = unreadable
        }
    }

    /// Asks about one leg; one whose plugin fails again stays as it is.
    mutating func settle(_ leg: LegStore.Parked, _ periodKey: PeriodKey?) {
        let input = leg.decision.input
        let before = periodKey.map { periodTotals[$0] ?? .zero }
        let offer = LegOffer(
            programIndex: leg.decision.programIndex(of: programID) ?? 0, programID: programID,
            shareMinor: leg.amountMinor, wholeMinor: input.purchase.amount.minorUnits, periodTotals: before)
        do throws(LegFault) {
            let answer = try answer(offer, input)
            let settled = SettledLeg(
                plugin: answer.plugin, periodTotals: before, acceptedMinor: answer.acceptedMinor,
                earning: answer.earning)
            let taken = try takebacks(leg, settled)
            try book(answer, settled, leg, taken, periodKey, before)
            report.settled += 1
        } catch {
            report.parkedAgain[error.reason, default: 0] += 1
        }
    }

    /// The core's guard of I-1 and I-2, whatever the host has checked.
    private func answer(_ offer: LegOffer, _ input: SpendInput) throws(LegFault) -> LegAnswer {
        let answer = try plugins.answer(offer, input: input)
        guard answer.acceptedMinor >= 0, answer.acceptedMinor <= offer.shareMinor, answer.earning.micro >= 0 else {
            throw LegFault(reason: "PLUGIN_ACCEPTED_OUT_OF_BOUNDS", plugin: answer.plugin)
        }
        return answer
    }

    /// What each standing refund takes of what the leg earns now.
    ///
    /// **Errors** `LegFault` with the reason when it cannot be worked out; the leg stays parked then.
    private func takebacks(
        _ leg: LegStore.Parked, _ settled: SettledLeg
    ) throws(LegFault) -> [(refundID: String, refundedAfter: Int64, leg: TakebackLeg)] {
        let pinned = PinnedDecision(leg.decision, settled: [programID: settled])
        var taken: [(refundID: String, refundedAfter: Int64, leg: TakebackLeg)] = []
        let refunds = refunds[ExactText(leg.spendID)] ?? []
        let refundedMinor = refunds.reduce(0) { $0 + $1.amountMinor }
        var (refunded, before): (Int64, Int64) = (0, 0)
        for refund in refunds {
            refunded += refund.amountMinor
            let after: Int64
            let takeback: Takeback
            do throws(TakebackError) {
                after = try partRefunded(of: leg, whenOfSpend: refunded)
                takeback = try pinned.takeback(
                    refundedBefore: before, refundedAfter: after, ofProgram: programID, tables: tables
                ) { (offer) throws(LegFault) -> LegAnswer in
                    try plugins.answer(offer, input: leg.decision.input)
                }
            } catch {
                throw LegFault(reason: error.reason, plugin: settled.plugin)
            }
            before = after
            taken += takeback.legs.map { (refund.refundID, refundedMinor, $0) }
        }
        return taken
    }

    /// How much of the leg's decision is refunded when so much of its spend is: a release gives back what was held.
    private func partRefunded(
        of leg: LegStore.Parked, whenOfSpend refunded: Int64
    ) throws(TakebackError) -> Int64 {
        guard let spendDecision = leg.spendDecision else { return refunded }
        let held = try PinnedDecision(spendDecision).heldMinor(refunded: refunded, tables: tables)
        return spendDecision.heldMinor - held
    }

    private mutating func book(
        _ answer: LegAnswer, _ settledWith: SettledLeg, _ leg: LegStore.Parked,
        _ taken: [(refundID: String, refundedAfter: Int64, leg: TakebackLeg)], _ periodKey: PeriodKey?,
        _ before: PeriodTotals?
    ) throws(LegFault) {
        let overflow = LegFault(reason: SpendingError.Reason.rewardOverflow.rawValue, plugin: answer.plugin)
        let micro = answer.earning.micro
        let takenMicro = taken.reduce(0) { $0 + $1.leg.micro }
        let takenMinor = taken.reduce(0) { $0 + $1.leg.acceptedMinor }
        let unit = answer.earning.unit
        let key = PositionKey(cardID: leg.cardID, programID: programID, unit: unit)
        let (added, addedOverflows) = (writes.earnings[key] ?? 0).addingReportingOverflow(micro)
        let (clawed, clawedOverflows) = (clawbacks[key] ?? 0).addingReportingOverflow(takenMicro)
        guard !addedOverflows, !clawedOverflows, micro == 0 || Position.mayEarn(added, on: earned[key] ?? 0) else {
            throw overflow
        }
        if let periodKey, let before {
            let (accepted, acceptedOverflows) = before.acceptedMinor.addingReportingOverflow(
                answer.acceptedMinor - takenMinor)
            let (total, totalOverflows) = before.earnedMicro.addingReportingOverflow(micro - takenMicro)
            guard !acceptedOverflows, !totalOverflows else { throw overflow }
            let after = PeriodTotals(acceptedMinor: accepted, earnedMicro: total)
            periodTotals[periodKey] = after
            changedTotals[periodKey] = after
        }
        if micro > 0 { writes.earnings[key] = added }
        if takenMicro > 0 { clawbacks[key] = clawed }
        for item in taken where item.leg.micro != 0 {
            let part = TakebackLeg(
                programID: programID, amountMinor: 0, acceptedMinor: item.leg.acceptedMinor, earning: item.leg.earning,
                isOfRelease: leg.isOfRelease)
            movements.append(
                (
                    leg.cardID,
                    RefundBooking.Movement(
                        refundID: item.refundID, spendID: leg.spendID, cause: .settlement, amountMinor: 0,
                        refundedAfterMinor: item.refundedAfter,
                        takeback: Takeback(legs: [part], excludedMinor: 0, heldMinor: 0))
                ))
        }
        settled.append(
            LegStore.Settled(
                cardID: leg.cardID, spendID: leg.spendID, isOfRelease: leg.isOfRelease, unit: unit, earnedMicro: micro,
                reason: RecordedLeg.reason(for: answer.adjustments),
                configurationVersion: Int32(clamping: answer.plugin.configurationVersion), settledWith: settledWith))
    }
}
