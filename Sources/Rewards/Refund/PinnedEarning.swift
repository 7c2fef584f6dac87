/// How one leg of a recorded decision earns on its own amount and on every smaller one.
struct PinnedEarning {
    let programID: String
    /// What the leg has in the recorded decision.
    let amountMinor: Int64
    /// Who is asked; nil for a leg that is parked still, or that has nothing.
    let plugin: PluginIdentity?
    /// What it earns on the whole of its amount; nil while parked.
    let kind: Earning?

    /// What the program takes at most; less than the amount only for a leg that was settled later.
    private let acceptedMinor: Int64
    /// The question that the recorded earning answered.
    private let recorded: LegOffer

    /// What a part of the leg is worth.
    struct Part: Equatable {
        let acceptedMinor: Int64
        let micro: Int64
    }

    init(programIndex: Int, programID: String, wholeMinor: Int64, leg: Leg?, settled: SettledLeg?) {
        // What the decision itself earned is final; a settlement counts only for what it parked.
        let settled = leg?.status == .parked ? settled : nil
        self.programID = programID
        amountMinor = leg?.amountMinor ?? 0
        plugin = settled?.plugin ?? (leg?.status == .earned ? leg?.plugin : nil)
        kind = settled?.earning ?? leg?.earning
        acceptedMinor = settled?.acceptedMinor ?? (leg?.status == .earned ? leg?.amountMinor ?? 0 : 0)
        recorded = LegOffer(
            programIndex: programIndex, programID: programID,
            shareMinor: settled == nil ? leg?.offeredMinor ?? 0 : leg?.amountMinor ?? 0, wholeMinor: wholeMinor,
            periodTotals: settled == nil ? leg?.periodTotals : settled?.periodTotals)
    }

    /// What the first `amount` minor units of the leg come to.
    func earned(
        on amount: Int64, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) throws(TakebackError) -> Part {
        guard let plugin, let kind, amount > 0 else { return Part(acceptedMinor: 0, micro: 0) }
        let whole = Part(acceptedMinor: acceptedMinor, micro: kind.micro)
        guard amount < amountMinor else { return whole }
        // A plugin that no longer answers the recorded question as it did is not the pinned one, whatever it is called.
        guard try ask(recorded.shareMinor, plugin, kind, evaluate) == whole else {
            throw TakebackError(.pluginContradictsItself, programID: programID)
        }
        let part = try ask(amount, plugin, kind, evaluate)
        guard part.acceptedMinor == min(amount, acceptedMinor), part.micro >= 0, part.micro <= whole.micro else {
            throw TakebackError(.pluginContradictsItself, programID: programID)
        }
        return part
    }

    private func ask(
        _ shareMinor: Int64, _ pinned: PluginIdentity, _ kind: Earning,
        _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) throws(TakebackError) -> Part {
        let answer: LegAnswer
        do throws(LegFault) {
            answer = try evaluate(
                LegOffer(
                    programIndex: recorded.programIndex, programID: programID, shareMinor: shareMinor,
                    wholeMinor: recorded.wholeMinor, periodTotals: recorded.periodTotals))
        } catch {
            throw TakebackError(
                error.plugin == nil ? .pluginUnavailable : .pluginFailed, programID: programID,
                faultReason: error.reason)
        }
        guard answer.plugin == pinned else { throw TakebackError(.pluginUnavailable, programID: programID) }
        guard answer.earning.unit == kind.unit else {
            throw TakebackError(.pluginContradictsItself, programID: programID)
        }
        return Part(acceptedMinor: answer.acceptedMinor, micro: answer.earning.micro)
    }
}

extension Earning {
    /// Another amount of the same kind.
    func withMicro(_ micro: Int64) -> Earning {
        switch self {
        case .points: .points(MicroPoints(micro))
        case .value: .value(microMinor: micro)
        }
    }
}
