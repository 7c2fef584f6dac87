import Rewards

/// A way to split purchase after purchase, for the comparison that a chart shows.
enum SplitMethod: String, CaseIterable {
    /// The split with the issuer's own program: the quota method on the card's running total.
    case quota
    /// Each purchase by itself: whole units first, the rest to the largest fractions.
    case largestRemainder = "largest-remainder"
    /// Each purchase by itself: whole units first, the rest to the first program.
    case leftoversToFirst = "leftovers-to-first"

    /// The name in a legend.
    var title: String {
        switch self {
        case .quota: "quota method on the running total (multibrand)"
        case .largestRemainder: "largest remainder, purchase by purchase"
        case .leftoversToFirst: "round down, leftovers to the first program"
        }
    }

    /// The units of one purchase.
    ///
    /// - Parameter total: what was split before, which only the quota method looks at.
    func legs(
        of amount: Int64, after total: Int64, parts: [Int64], _ table: Apportionment
    ) throws(ApportionmentError) -> [Int64] {
        if self == .quota { return try table.legs(runningTotal: total, amount: amount) }
        let sum = parts.reduce(0, +)
        var legs: [Int64] = []
        var fractions: [(program: Int, fraction: Int64)] = []
        for (program, part) in parts.enumerated() {
            let (units, fraction) = (amount * part).quotientAndRemainder(dividingBy: sum)
            legs.append(units)
            fractions.append((program, fraction))
        }
        let leftover = Int(amount - legs.reduce(0, +))
        if self == .leftoversToFirst {
            legs[0] += Int64(leftover)
        } else {
            fractions.sort { $0.fraction != $1.fraction ? $0.fraction > $1.fraction : $0.program < $1.program }
            for (program, _) in fractions.prefix(leftover) { legs[program] += 1 }
        }
        return legs
    }
}
