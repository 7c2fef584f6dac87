import Rewards

/// Splits the same random purchases by every method and keeps how far the programs are from their exact shares.
///
/// Errors are exact: whole numbers of `1 / partsSum` of a minor unit.
struct FairnessSimulation {
    /// The purchases are of one minor unit up to this many, all equally likely.
    static let amountMax: Int64 = 20_000

    let purchaseCount: Int
    let seed: UInt64
    /// The shares in lowest terms.
    let parts: [Int64]
    /// What one minor unit is in an error.
    var partsSum: Int64 { parts.reduce(0, +) }
    /// By method, the largest error of any program in each stretch of purchases.
    private(set) var curves: [SplitMethod: [Point]] = [:]
    /// By method, the error after the last purchase.
    private(set) var finalErrors: [SplitMethod: Int64] = [:]

    /// The largest error of a stretch.
    struct Point: Equatable {
        /// The number of the stretch's last purchase, from 1.
        let purchase: Int
        let error: Int64
    }

    /// - Parameters:
    ///   - weights: the shares; at least one program.
    ///   - pointCountMax: how many stretches there are at most.
    init(
        weights: WeightVector, purchaseCount: Int, seed: UInt64, pointCountMax: Int = 400
    ) throws(ApportionmentError) {
        self.purchaseCount = purchaseCount
        self.seed = seed
        parts = weights.parts.map(Int64.init)
        let table = try Apportionment(weights)
        let stretch = max((purchaseCount + pointCountMax - 1) / pointCountMax, 1)
        for method in SplitMethod.allCases {
            var amounts = AmountGenerator(seed: seed)
            var sums = [Int64](repeating: 0, count: parts.count)
            var total: Int64 = 0
            var points: [Point] = []
            var largest: Int64 = 0
            var last: Int64 = 0
            for purchase in 1...max(purchaseCount, 1) {
                let amount = amounts.next()
                let legs = try method.legs(of: amount, after: total, parts: parts, table)
                total += amount
                for (program, leg) in legs.enumerated() { sums[program] += leg }
                last = largestError(sums, total)
                largest = max(largest, last)
                guard purchase % stretch == 0 || purchase == purchaseCount else { continue }
                points.append(Point(purchase: purchase, error: largest))
                largest = 0
            }
            curves[method] = points
            finalErrors[method] = last
        }
    }

    private func largestError(_ sums: [Int64], _ total: Int64) -> Int64 {
        zip(sums, parts).map { abs($0 * partsSum - total * $1) }.max() ?? 0
    }
}

/// The same amounts for the same seed on every machine (SplitMix64, reduced by the high half of a product).
private struct AmountGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Int64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return 1 + Int64(mixed.multipliedFullWidth(by: UInt64(FairnessSimulation.amountMax)).high)
    }
}
