/// What programs get of a spend before it is apportioned: its first minor units, program by program.
///
/// A program's plugin may ask for the first units of a spend. The programs of the weights are served in their order,
/// each with what it asks for or what is left, and the units behind them are apportioned on the running total, which
/// counts only those. So a fixed part is exact, it neither takes from nor adds to what the shares are owed (I-3), and
/// the parts of a smaller amount are the beginning of a larger one's (I-4).
struct FixedParts {
    /// In the order of the weights, in minor units; empty when no program has any.
    private(set) var minor: [Int64] = []
    /// All of them together, in minor units; at most the amount.
    private(set) var sum: Int64 = 0
    /// The programs whose plugin failed when it was asked: each gets no fixed part and has its leg parked.
    private(set) var faults: [Int: LegFault] = [:]

    /// Asks every program of a request about the whole spend.
    init(_ request: DecisionRequest, ask: (_ programID: String, _ wholeMinor: Int64) throws(LegFault) -> Int64) {
        let wholeMinor = request.wholeMinor ?? request.input.purchase.amount.minorUnits
        for (index, programID) in request.weights.programIDs.enumerated() {
            do throws(LegFault) {
                let asked = try ask(programID, wholeMinor)
                guard asked >= 0 else {
                    // The core's own guard, so that I-1 holds even for a host that checks nothing.
                    faults[index] = LegFault(reason: "PLUGIN_FIXED_PART_NEGATIVE", plugin: nil)
                    continue
                }
                let part = min(asked, request.input.purchase.amount.minorUnits - sum)
                guard part > 0 else { continue }
                if minor.isEmpty { minor = [Int64](repeating: 0, count: request.weights.count) }
                minor[index] = part
                sum += part
            } catch {
                faults[index] = error
            }
        }
    }

    /// What each program is offered first: its fixed part and its share.
    func offers(_ shares: [Int64]) -> [Int64] {
        minor.isEmpty ? shares : zip(minor, shares).map { $0 + $1 }
    }
}
