/// What the programs of one spend have been asked and have answered so far.
///
/// A plugin accepts a prefix of what it is offered: everything up to its capacity, nothing beyond. So one refusal tells
/// the capacity, and an answer that contradicts an earlier one is a fault of the plugin.
struct Inquiry {
    let request: DecisionRequest
    /// What each program was offered first: its fixed part and its share.
    let firstOffers: [Int64]
    private var entries: [Entry]

    private struct Entry {
        var offered: Int64 = 0
        var answer: LegAnswer?
        var fault: LegFault?
        /// What the program takes at most, once it has refused something.
        var capacity: Int64?
        /// The most it is known to take.
        var acceptedMost: Int64 = 0
    }

    /// - Parameter accepted: the legs of the programs that have been asked and have taken all they were offered.
    init(request: DecisionRequest, firstOffers: [Int64], accepted: [Leg]) {
        self.request = request
        self.firstOffers = firstOffers
        self.entries = [Entry](repeating: Entry(), count: firstOffers.count)
        for leg in accepted {
            guard let index = request.weights.index(of: leg.programID), let earning = leg.earning,
                let plugin = leg.plugin
            else { continue }
            entries[index].offered = leg.offeredMinor
            entries[index].acceptedMost = leg.amountMinor
            entries[index].answer = LegAnswer(
                acceptedMinor: leg.amountMinor, earning: earning, adjustments: leg.adjustments, plugin: plugin)
        }
    }

    var capacities: [Int64?] { entries.map(\.capacity) }
    var parked: [Bool] { entries.map { $0.fault != nil } }

    /// Asks every program whose amount is not settled by an answer it has given.
    ///
    /// - Parameters:
    ///   - amounts: what each program would have.
    ///   - closed: which programs have refused a unit beyond that amount; nil before the first refusal.
    /// - Returns: whether a program refused something or failed, so that the amounts must be settled again.
    @discardableResult
    mutating func ask(
        _ amounts: [Int64], closed: [Bool]?, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) -> Bool {
        var changed = false
        for index in entries.indices where entries[index].fault == nil {
            let amount = amounts[index]
            let entry = entries[index]
            let isClosed = closed?[index] == true
            // A closed program's answer is about more than it takes, so that its leg shows the refusal.
            if let answer = entry.answer, answer.acceptedMinor == amount,
                isClosed ? entry.offered > amount : entry.offered == amount
            {
                continue
            }
            // Amounts below an earlier offer are asked about again, so that the leg's answer is about its own amount.
            if amount == 0, !isClosed {
                entries[index].answer = nil
                continue
            }
            // A unit beyond a closed program's amount exists: the one that it refused.
            let offer = request.offer(isClosed ? amount + 1 : amount, toProgramAt: index)
            if record(Self.outcome(of: offer, evaluate), of: offer) { changed = true }
        }
        return changed
    }

    static func outcome(
        of offer: LegOffer, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) -> Result<LegAnswer, LegFault> {
        do throws(LegFault) {
            return .success(try evaluate(offer))
        } catch {
            return .failure(error)
        }
    }

    /// Keeps what a program answered; true when it refused something for the first time or failed.
    @discardableResult
    mutating func record(_ outcome: Result<LegAnswer, LegFault>, of offer: LegOffer) -> Bool {
        let index = offer.programIndex
        switch outcome {
        case .failure(let fault):
            park(index, fault)
            return true
        case .success(let answer):
            if let fault = fault(in: answer, to: offer, entries[index]) {
                park(index, fault)
                return true
            }
            entries[index].offered = offer.shareMinor
            entries[index].answer = answer
            entries[index].acceptedMost = max(entries[index].acceptedMost, answer.acceptedMinor)
            guard answer.acceptedMinor < offer.shareMinor else { return false }
            let isNews = entries[index].capacity == nil
            entries[index].capacity = answer.acceptedMinor
            return isNews
        }
    }

    private mutating func park(_ index: Int, _ fault: LegFault) {
        entries[index].fault = fault
        entries[index].answer = nil
        entries[index].capacity = nil
    }

    /// What is wrong with an answer by itself, or beside the earlier ones of its program.
    private func fault(in answer: LegAnswer, to offer: LegOffer, _ entry: Entry) -> LegFault? {
        if let fault = answer.fault(asAnswerTo: offer) { return fault }
        let accepted = answer.acceptedMinor
        let capacity = entry.capacity ?? (accepted < offer.shareMinor ? accepted : offer.shareMinor)
        let expected = min(offer.shareMinor, capacity)
        guard accepted == expected, accepted == offer.shareMinor || accepted >= entry.acceptedMost else {
            return LegFault(reason: "PLUGIN_ACCEPTANCE_INCONSISTENT", plugin: answer.plugin)
        }
        return nil
    }

    /// The legs of the programs that were asked, once nothing is unsettled.
    func legs() -> [Leg] {
        var legs: [Leg] = []
        legs.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            if let answer = entry.answer {
                legs.append(Leg(request.offer(entry.offered, toProgramAt: index), answer))
            } else if let fault = entry.fault {
                legs.append(Leg(parked: request.offer(firstOffers[index], toProgramAt: index), fault))
            }
        }
        return legs
    }
}
