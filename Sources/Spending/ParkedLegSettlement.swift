import PluginRuntime
import Rewards

/// The pure part of retrying parked legs: asks the plugin about each and gathers what changes.
struct ParkedLegSettlement {
    let programID: String
    let plugins: PluginSet
    var periodTotals: [PeriodKey: PeriodTotals] = [:]
    private(set) var changedTotals: [PeriodKey: PeriodTotals] = [:]
    private(set) var settled: [LegStore.Settled] = []
    private(set) var writes = BatchWrites()
    private(set) var report = RetryParkedLegs.Report()

    init(programID: String, plugins: PluginSet) {
        self.programID = programID
        self.plugins = plugins
    }

    /// Asks about one leg; one whose plugin fails again stays as it is.
    mutating func settle(_ leg: LegStore.Parked, _ periodKey: PeriodKey?) {
        let input = leg.decision.input
        let before = periodKey.map { periodTotals[$0] ?? .zero }
        let offer = LegOffer(
            programIndex: leg.decision.certificate.weights.index(of: programID) ?? 0, programID: programID,
            shareMinor: leg.amountMinor, wholeMinor: input.amount.minorUnits, periodTotals: before)
        do {
            let answer = try answer(offer, input)
            try book(answer, leg, periodKey, before)
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

    private mutating func book(
        _ answer: LegAnswer, _ leg: LegStore.Parked, _ periodKey: PeriodKey?, _ before: PeriodTotals?
    ) throws(LegFault) {
        let overflow = LegFault(reason: SpendingError.Reason.rewardOverflow.rawValue, plugin: answer.plugin)
        let micro = answer.earning.micro
        let unit = RewardUnit(answer.earning)
        let key = BatchWrites.EarningKey(cardID: ExactText(leg.cardID), programID: programID, unit: unit)
        let (earned, earnedOverflows) = (writes.earnings[key] ?? 0).addingReportingOverflow(micro)
        guard !earnedOverflows else { throw overflow }
        if let periodKey, let before {
            let (accepted, acceptedOverflows) = before.acceptedMinor.addingReportingOverflow(answer.acceptedMinor)
            let (total, totalOverflows) = before.earnedMicro.addingReportingOverflow(micro)
            guard !acceptedOverflows, !totalOverflows else { throw overflow }
            let after = PeriodTotals(acceptedMinor: accepted, earnedMicro: total)
            periodTotals[periodKey] = after
            changedTotals[periodKey] = after
        }
        if micro > 0 { writes.earnings[key] = earned }
        settled.append(
            LegStore.Settled(
                cardID: leg.cardID, spendID: leg.spendID, unit: unit, earnedMicro: micro,
                reason: RecordedLeg.reason(for: answer.adjustments),
                configurationVersion: Int32(clamping: answer.plugin.configurationVersion)))
    }
}
