/// Decides which program gets each unit of a spend, once it is known how much each program takes.
///
/// The rule goes unit by unit, so the settlement of a smaller amount is always the beginning of a larger one's. The
/// first units are awarded as fixed parts, program by program, and the others by the apportionment on the running
/// total. A unit that its program refuses closes that program. It is awarded instead by the apportionment of the
/// programs that are still open, counted from zero since the set of open programs last changed. If no program is open,
/// it remains. A parked program keeps the units it is awarded first and gets no others.
///
/// **Cost** The units are not walked: between two closings the amounts are differences of X, and the unit that closes a
/// program is found by bisection, at most once for each program.
struct Settlement {
    let table: Apportionment
    let parts: [Int]
    let runningTotal: Int64
    /// The fixed parts in the order of the weights, or empty; they sum to no more than the amount of the whole spend.
    let fixed: [Int64]
    let amount: Int64
    let tables: ApportionmentCache

    struct Outcome: Equatable {
        /// What each program has.
        var legs: [Int64]
        /// The programs that refused a unit.
        var closed: [Bool]
        /// What nobody has.
        var remainder: Int64 = 0
    }

    /// - Parameters:
    ///   - capacities: what each program takes at most; nil means everything.
    ///   - parked: the programs that keep their first share and get nothing more.
    func settle(capacities: [Int64?], parked: [Bool]) -> Outcome {
        var outcome = Outcome(
            legs: [Int64](repeating: 0, count: parts.count), closed: [Bool](repeating: false, count: parts.count))
        var done: Int64 = 0
        while true {
            let stretch = Stretch(self, from: done, outcome, parked)
            let end = stretch.outcome(upTo: amount)
            guard firstOverfull(end, capacities) != nil else { return end }
            var fits = done
            var tooFar = amount
            while tooFar - fits > 1 {
                let middle = fits + (tooFar - fits) / 2
                if firstOverfull(stretch.outcome(upTo: middle), capacities) == nil {
                    fits = middle
                } else {
                    tooFar = middle
                }
            }
            let refuser = firstOverfull(stretch.outcome(upTo: tooFar), capacities)
            outcome = stretch.outcome(upTo: fits)
            // One unit separates the two, so exactly one program is overfull.
            if let refuser { outcome.closed[refuser] = true }
            done = fits
        }
    }

    /// What each program is awarded first of the units from `start` up to `end`.
    fileprivate func awards(from start: Int64, upTo end: Int64) -> [Int64] {
        let fixedSum = fixed.reduce(0, +)
        let apportionedBefore = max(start - fixedSum, 0)
        var awards = table.provenLegs(runningTotal + apportionedBefore, max(end - fixedSum, 0) - apportionedBefore)
        var offset: Int64 = 0
        for (index, part) in fixed.enumerated() {
            awards[index] += min(max(end - offset, 0), part) - min(max(start - offset, 0), part)
            offset += part
        }
        return awards
    }

    private func firstOverfull(_ outcome: Outcome, _ capacities: [Int64?]) -> Int? {
        outcome.legs.indices.first { index in
            guard !outcome.closed[index], let capacity = capacities[index] else { return false }
            return outcome.legs[index] > capacity
        }
    }
}

/// The units of a spend between two closings.
private struct Stretch {
    private let settlement: Settlement
    private let start: Int64
    private let before: Settlement.Outcome
    private let open: [Int]
    private let overflowTable: Apportionment?

    init(_ settlement: Settlement, from start: Int64, _ before: Settlement.Outcome, _ parked: [Bool]) {
        self.settlement = settlement
        self.start = start
        self.before = before
        let open = before.legs.indices.filter { !before.closed[$0] && !parked[$0] }
        self.open = open
        let divisor = open.reduce(0) { WeightVector.greatestCommonDivisor($0, settlement.parts[$1]) }
        // Before the first closing there is nothing to offer on.
        let needed = before.closed.contains(true) && !open.isEmpty
        overflowTable =
            needed ? settlement.tables.table(reducedParts: open.map { settlement.parts[$0] / divisor }) : nil
    }

    func outcome(upTo end: Int64) -> Settlement.Outcome {
        var outcome = before
        var offeredOn: Int64 = 0
        let awarded = settlement.awards(from: start, upTo: end)
        for (index, units) in awarded.enumerated() {
            if outcome.closed[index] { offeredOn += units } else { outcome.legs[index] += units }
        }
        guard offeredOn > 0 else { return outcome }
        guard let overflowTable else {
            outcome.remainder += offeredOn
            return outcome
        }
        for (index, units) in zip(open, overflowTable.provenLegs(0, offeredOn)) { outcome.legs[index] += units }
        return outcome
    }
}

extension Apportionment {
    /// The legs of an amount that the caller has proven to fit with the running total, neither being negative.
    fileprivate func provenLegs(_ total: Int64, _ amount: Int64) -> [Int64] {
        do {
            return try legs(runningTotal: total, amount: amount)
        } catch {
            preconditionFailure("a proven total does not fit: \(error.reason)")
        }
    }
}
