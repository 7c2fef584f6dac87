import Rewards

/// Programs with known capacities and faults that earn by tiers and up to a cap, as conforming plugins do.
struct TieredPrograms: Sendable {
    var programs: Programs
    /// What each program earns for a unit in the first tier, in millionths of a half, so that there is rounding.
    var halfMicro: [Int64]
    /// Where each program's second tier begins, which earns three times as much.
    var tierMinor: [Int64]
    /// The most each program earns.
    var capMicro: [Int64?]
    /// The programs that earn value and not points.
    var givesValue: Set<Int> = []

    init(_ count: Int, _ random: inout Seeded, faults: Int = 10) {
        programs = Programs(capacities: [])
        halfMicro = []
        tierMinor = []
        capMicro = []
        for index in 0..<count {
            programs.capacities.append(random.chance(50) ? nil : random.chance(30) ? 0 : random.int64(0...300))
            halfMicro.append(random.int64(0...9))
            tierMinor.append(random.int64(0...200))
            capMicro.append(random.chance(60) ? nil : random.int64(0...400))
            if random.chance(faults) { programs.faulty.insert(index) }
            if random.chance(30) { givesValue.insert(index) }
        }
    }

    func micro(_ accepted: Int64, at index: Int) -> Int64 {
        let high = max(accepted - tierMinor[index], 0)
        let earned = (accepted + 2 * high) * halfMicro[index] / 2
        return min(earned, capMicro[index] ?? Int64.max)
    }

    func answer(_ offer: LegOffer) throws(LegFault) -> LegAnswer {
        let answer = try programs.answer(offer)
        let micro = micro(answer.acceptedMinor, at: offer.programIndex)
        return LegAnswer(
            acceptedMinor: answer.acceptedMinor,
            earning: givesValue.contains(offer.programIndex)
                ? .value(microMinor: micro) : .points(MicroPoints(micro)),
            adjustments: answer.adjustments, plugin: answer.plugin)
    }
}

/// What has been taken from a spend so far, bucket by bucket.
struct Taken: Equatable, CustomStringConvertible {
    var amounts: [String: Int64] = [:]
    var accepted: [String: Int64] = [:]
    var micro: [String: Int64] = [:]
    var excluded: Int64 = 0
    var held: Int64 = 0

    var sum: Int64 { amounts.values.reduce(excluded + held, +) }

    var description: String { "amounts \(amounts) accepted \(accepted) micro \(micro) rest \(excluded)/\(held)" }

    mutating func add(_ takeback: Takeback) {
        for leg in takeback.legs {
            Self.add(leg.amountMinor, leg.programID, &amounts)
            Self.add(leg.acceptedMinor, leg.programID, &accepted)
            Self.add(leg.micro, leg.programID, &micro)
        }
        excluded += takeback.excludedMinor
        held += takeback.heldMinor
    }

    /// Zeros are not kept, so that nothing taken is equal to nothing.
    private static func add(_ value: Int64, _ name: String, _ sums: inout [String: Int64]) {
        let sum = (sums[name] ?? 0) + value
        sums[name] = sum == 0 ? nil : sum
    }

    /// All that a decision granted, its parked legs by what they were settled with.
    static func everything(of pinned: PinnedDecision) -> Taken {
        var taken = Taken()
        for leg in pinned.decision.legs {
            let settled = leg.status == .parked ? pinned.settled[leg.programID] : nil
            let accepted = settled?.acceptedMinor ?? (leg.status == .parked ? 0 : leg.amountMinor)
            add(leg.amountMinor, leg.programID, &taken.amounts)
            add(accepted, leg.programID, &taken.accepted)
            add(settled?.earning.micro ?? leg.earnedMicro, leg.programID, &taken.micro)
        }
        taken.excluded = pinned.decision.excludedMinor
        taken.held = pinned.decision.heldMinor
        return taken
    }
}
