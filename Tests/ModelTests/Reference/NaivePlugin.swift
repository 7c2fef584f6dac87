/// What a program's plugin answers, worked out one minor unit after the other, in dollars and cents.
///
/// Rates are in millionths of a point for each dollar, or millionths of a percent; either way a cent earns a hundredth
/// of that many millionths, and the sum is rounded down once.
enum NaivePlugin: Hashable {
    case flat(rate: Int64, isValue: Bool)
    case tiers([Tier], cap: Cap?)
    /// So many millionths for each cent, 4 * 10^18 of them at most.
    case generous(rate: Int64)

    struct Tier: Hashable {
        /// Where it ends in the month's spending, in cents; nil for the last.
        var upTo: Int64?
        var rate: Int64
    }

    struct Cap: Hashable {
        var isOnEarning: Bool
        /// Cents, or millionths of a point.
        var limit: Int64
        var refuses: Bool
    }

    var isMonthly: Bool {
        if case .tiers = self { true } else { false }
    }

    var isValue: Bool {
        if case .flat(_, true) = self { true } else { false }
    }

    /// The most it takes of anything, given what the month has had.
    func capacity(of share: Int64, _ month: Month) -> Int64 {
        guard case .tiers(let tiers, let cap) = self, let cap, cap.refuses else { return share }
        if !cap.isOnEarning { return min(share, max(0, cap.limit - month.accepted)) }
        let most = max(0, cap.limit - month.earned)
        var sum: Int64 = 0
        var taken: Int64 = 0
        while taken < share {
            sum += Self.rate(tiers, at: month.accepted + taken)
            guard sum / 100 <= most else { break }
            taken += 1
        }
        return taken
    }

    /// What it earns on an amount that it takes.
    func micro(_ amount: Int64, _ month: Month) -> Int64 {
        switch self {
        case .flat(let rate, _):
            return amount * rate / 100
        case .generous(let rate):
            return Int64(min(Int128(amount) * Int128(rate), 4_000_000_000_000_000_000))
        case .tiers(let tiers, let cap):
            var counted = amount
            if let cap, !cap.isOnEarning { counted = min(amount, max(0, cap.limit - month.accepted)) }
            var sum: Int64 = 0
            for unit in 0..<counted { sum += Self.rate(tiers, at: month.accepted + unit) }
            guard let cap, cap.isOnEarning else { return sum / 100 }
            return min(sum / 100, max(0, cap.limit - month.earned))
        }
    }

    private static func rate(_ tiers: [Tier], at place: Int64) -> Int64 {
        for tier in tiers {
            guard let end = tier.upTo else { return tier.rate }
            if place < end { return tier.rate }
        }
        return 0
    }
}

/// What a card has had with a program in a month.
struct Month: Hashable {
    var accepted: Int64 = 0
    var earned: Int64 = 0
}
