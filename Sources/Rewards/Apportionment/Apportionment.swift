/// The quota method of Balinski and Young for one vector of parts: who gets each minor unit of a running total.
///
/// Unit `h + 1` goes to the program with the largest `parts / (units so far + 1)` among those whose next unit stays
/// under its upper quota; ties go to the first in program order. After as many units as the parts sum to, every program
/// has exactly its parts and the sequence repeats, so a table of one period answers for every total.
///
/// **Guarantees** For every total: the shares sum to it, each is within one unit of exact proportion (quota), and none
/// ever falls as the total grows (house monotone). I-3 rests on this.
/// **Concurrency** Immutable; share it freely.
/// **Cost** Building takes sum × programs steps; a look-up takes programs + 15 steps. At most 30 kB.
/// **Source** M. L. Balinski, H. P. Young, "The quota method of apportionment", Am. Math. Monthly 82 (1975).
public final class Apportionment: Sendable {
    /// The parts, in lowest terms and in program order.
    let parts: [Int64]
    /// The sum of the parts.
    let period: Int64
    /// The program that gets each unit of the period.
    private let winners: [UInt8]
    /// Units of each program before every sixteenth unit of the period, one row of `parts.count` for each.
    private let checkpoints: [UInt16]

    private static let stride = 16

    /// Builds the table of a vector that has at least one program.
    ///
    /// **Errors** ``ApportionmentError/noPrograms`` for the empty vector.
    public convenience init(_ weights: WeightVector) throws(ApportionmentError) {
        guard !weights.isEmpty else { throw .noPrograms }
        self.init(reducedParts: weights.parts)
    }

    /// - Parameter reducedParts: 1 to 16 parts without a common divisor that sum to at most 10,000.
    init(reducedParts: [Int]) {
        let count = reducedParts.count
        let sum = reducedParts.reduce(0, +)
        var seats = [Int](repeating: 0, count: count)
        var winners: [UInt8] = []
        var checkpoints: [UInt16] = []
        winners.reserveCapacity(sum)
        checkpoints.reserveCapacity((sum / Self.stride + 1) * count)
        for unit in 0..<sum {
            if unit % Self.stride == 0 { checkpoints.append(contentsOf: seats.lazy.map(UInt16.init)) }
            var winner = -1
            // Eligible: seats < parts × (unit + 1) / sum. Largest parts / (seats + 1), compared by cross products.
            for program in 0..<count where seats[program] * sum < reducedParts[program] * (unit + 1) {
                if winner < 0
                    || reducedParts[program] * (seats[winner] + 1) > reducedParts[winner] * (seats[program] + 1)
                {
                    winner = program
                }
            }
            // Someone is always eligible: the seats sum to `unit`, which is less than the sum of the upper bounds.
            seats[winner] += 1
            winners.append(UInt8(winner))
        }
        self.parts = reducedParts.map(Int64.init)
        self.period = Int64(sum)
        self.winners = winners
        self.checkpoints = checkpoints
    }

    /// The bytes the table takes, for bounding a cache.
    var tableBytes: Int { winners.count + 2 * checkpoints.count + 8 * parts.count + 128 }

    /// What each program has of a running total: X(total).
    ///
    /// **Errors** ``ApportionmentError/negativeTotal``.
    public func shares(ofTotal total: Int64) throws(ApportionmentError) -> [Int64] {
        try legs(runningTotal: 0, amount: total)
    }

    /// What each program gets of `amount` when `runningTotal` was apportioned before it: X(total + amount) − X(total).
    ///
    /// **Guarantees** The legs sum to `amount` and none is negative.
    /// **Errors** ``ApportionmentError/negativeTotal``, ``ApportionmentError/totalOverflow``.
    public func legs(runningTotal: Int64, amount: Int64) throws(ApportionmentError) -> [Int64] {
        guard runningTotal >= 0, amount >= 0 else { throw .negativeTotal }
        let (end, overflow) = runningTotal.addingReportingOverflow(amount)
        guard !overflow else { throw .totalOverflow }
        let (periodsBefore, unitsBefore) = runningTotal.quotientAndRemainder(dividingBy: period)
        let (periodsAfter, unitsAfter) = end.quotientAndRemainder(dividingBy: period)
        let periods = periodsAfter - periodsBefore
        let count = parts.count
        let rowBefore = Int(unitsBefore) / Self.stride
        // The last row may end with the period, where no checkpoint is needed.
        let rowAfter = Int(unitsAfter) / Self.stride
        var legs = [Int64](repeating: 0, count: count)
        for program in 0..<count {
            legs[program] =
                periods * parts[program] + Int64(checkpoints[rowAfter * count + program])
                - Int64(checkpoints[rowBefore * count + program])
        }
        for unit in rowAfter * Self.stride..<Int(unitsAfter) { legs[Int(winners[unit])] += 1 }
        for unit in rowBefore * Self.stride..<Int(unitsBefore) { legs[Int(winners[unit])] -= 1 }
        return legs
    }
}
