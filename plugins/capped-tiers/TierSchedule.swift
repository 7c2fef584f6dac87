import AllocationPlugin
import Rewards

/// Rates by the month's spending so far, in rising order.
struct TierSchedule: Sendable {
    private let tiers: [Tier]

    private struct Tier {
        /// Where the tier ends, in whole major units; nil for the last.
        let upToMajor: Int64?
        let rate: RewardRate
    }

    init(_ reader: ConfigurationReader, mode: RewardRate.Mode) throws(PluginConfigurationError) {
        var tiers: [Tier] = []
        let elements = try reader.elements(count: 1...8)
        for (place, element) in elements.enumerated() {
            try element.object(members: ["upTo", "rate"])
            let rate = try RewardRate(try element.member("rate"), mode: mode)
            guard place < elements.count - 1 else {
                guard element.optional("upTo") == nil else {
                    throw try element.member("upTo").error("must be absent in the last tier, which has no end")
                }
                tiers.append(Tier(upToMajor: nil, rate: rate))
                break
            }
            let end = try element.member("upTo")
            let upTo = try end.integer(in: 1...1_000_000_000)
            guard upTo > tiers.last?.upToMajor ?? 0 else { throw end.error("must be above the tier before it") }
            tiers.append(Tier(upToMajor: upTo, rate: rate))
        }
        self.tiers = tiers
    }

    /// A share laid over the tiers that it reaches.
    ///
    /// Rates are kept in ten-thousandths of a millionth for each minor unit, in which every rate of at most six
    /// decimals is whole in every currency; so sums over tiers are exact and are rounded down once.
    struct Run {
        fileprivate static let scale: Int128 = 10_000
        fileprivate var segments: [(number: Int, length: Int64, rate: Int128)] = []
    }

    /// - Parameter start: what the period has accepted before.
    func run(from start: Int64, amount: Int64, _ currency: CurrencyCode) throws(AllocationError) -> Run {
        guard start >= 0, !start.addingReportingOverflow(amount).overflow else { throw .overflow }
        var run = Run()
        var position = start
        for (place, tier) in tiers.enumerated() where position < start + amount {
            let end = min(tier.upToMajor.map { $0 * currency.minorPerMajor } ?? Int64.max, start + amount)
            guard end > position else { continue }
            let ratio = tier.rate.ratio(currency)
            let rate = Int128(ratio.numerator) * Run.scale / Int128(ratio.denominator)
            run.segments.append((place + 1, end - position, rate))
            position = end
        }
        return run
    }
}

extension TierSchedule.Run {
    /// What the first `amount` minor units earn, in millionths.
    func micro(_ amount: Int64) throws(AllocationError) -> Int64 {
        var left = amount
        var sum: Int128 = 0
        for segment in segments {
            let part = min(left, segment.length)
            sum += Int128(part) * segment.rate
            left -= part
        }
        guard let micro = Int64(exactly: sum / Self.scale) else { throw .overflow }
        return micro
    }

    /// The most minor units that together earn no more than `micro`.
    func mostEarning(atMost micro: Int64) -> Int64 {
        var budget = (Int128(micro) + 1) * Self.scale - 1
        var amount: Int64 = 0
        for segment in segments {
            guard segment.rate > 0 else {
                amount += segment.length
                continue
            }
            let part = Int64(min(budget / segment.rate, Int128(segment.length)))
            amount += part
            budget -= Int128(part) * segment.rate
            if part < segment.length { break }
        }
        return amount
    }

    /// The fewest minor units that earn at least `micro`, or all of them when they earn less.
    func leastEarning(atLeast micro: Int64) -> Int64 {
        var missing = Int128(micro) * Self.scale
        var amount: Int64 = 0
        for segment in segments where missing > 0 {
            let needed = segment.rate > 0 ? (missing + segment.rate - 1) / segment.rate : Int128(segment.length)
            let part = Int64(min(needed, Int128(segment.length)))
            amount += part
            missing -= Int128(part) * segment.rate
        }
        return amount
    }

    /// The tiers that the first `amount` minor units reach, each with its part.
    func adjustments(_ amount: Int64) -> [Adjustment] {
        var left = amount
        var adjustments: [Adjustment] = []
        for segment in segments where left > 0 {
            let part = min(left, segment.length)
            adjustments.append(Adjustment(.rated, reason: "TIER_\(segment.number)", amountMinor: part))
            left -= part
        }
        return adjustments
    }
}
