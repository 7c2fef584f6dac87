/// What the programs of one spend have been asked and have answered so far.
///
/// A plugin accepts a prefix of what it is offered: everything up to its capacity, nothing beyond. So one refusal tells
/// the capacity, and an answer that contradicts an earlier one is a fault of the plugin.
struct Inquiry {
    private let request: DecisionRequest
    private let shares: [Int64]
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

    init(request: DecisionRequest, shares: [Int64]) {
        self.request = request
        self.shares = shares
        self.entries = [Entry](repeating: Entry(), count: shares.count)
    }

    var capacities: [Int64?] { entries.map(\.capacity) }
    var parked: [Bool] { entries.map { $0.fault != nil } }

    /// Asks every program whose amount is not settled by an answer it has given.
    ///
    /// - Parameters:
    ///   - amounts: what each program would have.
    ///   - closed: which programs have refused a unit beyond that amount; nil before the first refusal.
    /// - Returns: whether a program refused something or failed, so that the amounts must be settled anew.
    mutating func ask(
        _ amounts: [Int64], closed: [Bool]?, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) -> Bool {
        var changed = false
        for index in entries.indices where entries[index].fault == nil {
            let amount = amounts[index]
            let entry = entries[index]
            if let answer = entry.answer, answer.acceptedMinor == amount {
                if entry.offered == amount || closed?[index] == true { continue }
            } else if amount == 0, entry.answer == nil {
                continue
            }
            // Amounts below an earlier offer are asked about again, so that the leg's answer is about its own amount.
            if amount == 0 {
                entries[index].answer = nil
                continue
            }
            if put(amount, toProgramAt: index, evaluate) { changed = true }
        }
        return changed
    }

    /// Asks one program; true when it refused something or failed.
    private mutating func put(
        _ amount: Int64, toProgramAt index: Int, _ evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) -> Bool {
        let offer = LegOffer(
            programIndex: index, programID: request.weights.programIDs[index], shareMinor: amount,
            wholeMinor: request.input.amount.minorUnits, periodTotals: request.periodTotals(at: index))
        do throws(LegFault) {
            let answer = try evaluate(offer)
            if let fault = fault(in: answer, to: offer, entries[index]) { throw fault }
            entries[index].offered = amount
            entries[index].answer = answer
            entries[index].acceptedMost = max(entries[index].acceptedMost, answer.acceptedMinor)
            guard answer.acceptedMinor < amount else { return false }
            let isNews = entries[index].capacity == nil
            entries[index].capacity = answer.acceptedMinor
            return isNews
        } catch {
            entries[index].fault = error
            entries[index].answer = nil
            entries[index].capacity = nil
            return true
        }
    }

    /// The core's own guard, so that I-1 holds even for a host that checks nothing.
    private func fault(in answer: LegAnswer, to offer: LegOffer, _ entry: Entry) -> LegFault? {
        let accepted = answer.acceptedMinor
        guard accepted >= 0, accepted <= offer.shareMinor else {
            return LegFault(reason: "PLUGIN_ACCEPTED_OUT_OF_BOUNDS", plugin: answer.plugin)
        }
        guard answer.earning.micro >= 0 else {
            return LegFault(reason: "PLUGIN_EARNING_NEGATIVE", plugin: answer.plugin)
        }
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
            let programID = request.weights.programIDs[index]
            let totals = request.periodTotals(at: index)
            if let answer = entry.answer {
                legs.append(
                    Leg(
                        programID: programID, status: .earned, offeredMinor: entry.offered,
                        amountMinor: answer.acceptedMinor, earning: answer.earning, faultReason: nil,
                        adjustments: answer.adjustments, plugin: answer.plugin, periodTotals: totals))
            } else if let fault = entry.fault {
                legs.append(
                    Leg(
                        programID: programID, status: .parked, offeredMinor: shares[index], amountMinor: shares[index],
                        earning: nil, faultReason: fault.reason, adjustments: [], plugin: fault.plugin,
                        periodTotals: totals))
            }
        }
        return legs
    }
}
