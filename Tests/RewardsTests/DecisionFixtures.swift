import Rewards

/// Programs with known capacities and faults, answering as conforming plugins do.
struct Programs: Sendable {
    /// What each program takes at most; nil means everything.
    var capacities: [Int64?]
    /// The programs whose plugin throws.
    var faulty: Set<Int> = []
    /// What each program asks for ahead of the split; shorter means nothing for the rest.
    var fixed: [Int64] = []

    static let identity = PluginIdentity(plugin: "fixture@1", digest: "d1", configurationVersion: 7)

    func answer(_ offer: LegOffer) throws(LegFault) -> LegAnswer {
        guard !faulty.contains(offer.programIndex) else {
            throw LegFault(reason: "FIXTURE_FAILED", plugin: Self.identity)
        }
        let accepted = min(offer.shareMinor, capacities[offer.programIndex] ?? Int64.max)
        let refused = offer.shareMinor - accepted
        return LegAnswer(
            acceptedMinor: accepted, earning: .points(MicroPoints(accepted)),
            adjustments: refused > 0 ? [Adjustment(.refused, reason: "FULL", amountMinor: refused)] : [],
            plugin: Self.identity)
    }

    /// What the programs of a vector ask for ahead of the split.
    func fixedPart(_ weights: WeightVector) -> (_ programID: String, _ wholeMinor: Int64) throws(LegFault) -> Int64 {
        { programID, _ in weights.index(of: programID).flatMap { $0 < fixed.count ? fixed[$0] : nil } ?? 0 }
    }

    /// What each program gets of an amount ahead of the split.
    func fixedParts(_ weights: WeightVector, ofAmount amount: Int64) -> [Int64] {
        var left = amount
        return weights.parts.indices.map { index in
            let part = min(index < fixed.count ? fixed[index] : 0, left)
            left -= part
            return part
        }
    }

    /// Who has which unit by the rule itself, one unit after another.
    func unitByUnit(_ weights: WeightVector, runningTotal: Int64, amount: Int64) throws -> (legs: [Int64], rest: Int64)
    {
        let table = try Apportionment(weights)
        let fixedParts = fixedParts(weights, ofAmount: amount)
        let fixedOwners = fixedParts.enumerated().flatMap { [Int](repeating: $0.offset, count: Int($0.element)) }
        let base = zip(
            fixedParts, try table.legs(runningTotal: runningTotal, amount: amount - Int64(fixedOwners.count))
        ).map { $0 + $1 }
        var legs = [Int64](repeating: 0, count: weights.count)
        var closed: Set<Int> = []
        var rest: Int64 = 0
        var overflow: (table: Apportionment, programs: [Int], given: Int64)?
        // A plugin is only asked when it is offered something, so a faulty one without a share stays in.
        let parked = faulty.filter { base[$0] > 0 }

        func reopen() throws {
            let programs = legs.indices.filter { !closed.contains($0) && !parked.contains($0) }
            overflow =
                programs.isEmpty
                ? nil
                : (
                    try Apportionment(try WeightVector(programs.map { (weights.programIDs[$0], weights.parts[$0]) })),
                    programs, 0
                )
        }
        for unit in 0..<amount {
            let behind = unit - Int64(fixedOwners.count)
            let award = try table.legs(runningTotal: runningTotal + max(behind, 0), amount: 1)
            guard var winner = behind < 0 ? fixedOwners[Int(unit)] : award.firstIndex(of: 1) else { continue }
            var offeredOn = closed.contains(winner)
            while true {
                if offeredOn {
                    guard let open = overflow else {
                        rest += 1
                        break
                    }
                    let next = try open.table.legs(runningTotal: open.given, amount: 1)
                    winner = open.programs[next.firstIndex(of: 1) ?? 0]
                }
                if !parked.contains(winner), let capacity = capacities[winner], legs[winner] == capacity {
                    closed.insert(winner)
                    try reopen()
                    offeredOn = true
                    continue
                }
                if offeredOn { overflow?.given += 1 }
                legs[winner] += 1
                break
            }
        }
        return (legs, rest)
    }
}

enum Fixture {
    static func input(amount: Int64, spendID: String = "spd_1") throws -> SpendInput {
        SpendInput(
            spendID: spendID, cardID: "crd_1",
            purchase: Purchase(
                amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount), merchantCategoryCode: "5411",
                merchantName: "Corner \"Shop\"\n", merchantCountry: "DE", occurredAtMicros: 1_700_000_000_000_000,
                cardAttributes: ["tier": "gold", "a": "ü"]))
    }

    static func request(
        amount: Int64, weights: WeightVector, runningTotal: Int64 = 0, fallback: FallbackPolicy = .standard
    ) throws -> DecisionRequest {
        DecisionRequest(
            input: try input(amount: amount), preferenceVersion: 3, weights: weights, runningTotal: runningTotal,
            periodTotals: [PeriodTotals(acceptedMinor: 5, earnedMicro: 6)], fallback: fallback)
    }
}
