import Rewards
import Testing

@Suite("The decision about a spend")
struct SpendDecisionTests {
    private static let tables = ApportionmentCache()

    private static func amounts(_ decision: Decision) -> [Int64] {
        decision.certificate.weights.programIDs.map { id in decision.legs.first { $0.programID == id }?.amountMinor ?? 0
        }
    }

    private static func programs(_ count: Int, _ random: inout Seeded, faults: Int = 10) -> Programs {
        var programs = Programs(capacities: [])
        for index in 0..<count {
            let capacity: Int64? = random.chance(50) ? nil : random.chance(40) ? 0 : random.int64(0...120)
            programs.capacities.append(capacity)
            if random.chance(faults) { programs.faulty.insert(index) }
        }
        return programs
    }

    @Test("whatever programs refuse or fail, every unit is where walking unit by unit puts it", arguments: 0..<40)
    func agreesWithUnitWalk(round: Int) throws {
        for step in 0..<25 {
            let seed = UInt64(round * 1000 + step)
            var random = Seeded(seed)
            let weights = try WeightVector(random.weights(programsMax: 6))
            let programs = Self.programs(weights.count, &random)
            let total = random.int64(0...50_000)
            let amount = random.int64(1...400)
            let request = try Fixture.request(amount: amount, weights: weights, runningTotal: total)
            let decision = try SpendDecision.decide(request, tables: Self.tables, evaluate: programs.answer)
            let expected = try programs.unitByUnit(weights, runningTotal: total, amount: amount)
            // A parked program has its first share, and one that is offered nothing at first may fail on what it is
            // offered later, which no walk can know; those decisions are held to the identities alone.
            let lateFault = decision.legs.contains { $0.status == .parked && $0.amountMinor == 0 }
            let same = Self.amounts(decision) == expected.legs && decision.excludedMinor == expected.rest
            #expect(same || lateFault, "seed \(seed) \(weights) \(programs) total \(total) amount \(amount)")
            #expect(throws: Never.self, "seed \(seed)") { try decision.check() }
        }
    }

    @Test(
        "the split of a smaller amount is the beginning of a larger one's, so that refunds telescope", arguments: 0..<30
    )
    func prefix(round: Int) throws {
        var random = Seeded(UInt64(90_000 + round))
        let weights = try WeightVector(random.weights(programsMax: 5))
        let programs = Self.programs(weights.count, &random, faults: 0)
        var previous = [Int64](repeating: 0, count: weights.count)
        for amount in Int64(1)...150 {
            let request = try Fixture.request(amount: amount, weights: weights, runningTotal: 777)
            let legs = Self.amounts(try SpendDecision.decide(request, tables: Self.tables, evaluate: programs.answer))
            #expect(
                zip(previous, legs).allSatisfy { $0 <= $1 },
                "seed \(90_000 + round) \(weights) \(programs) at \(amount)")
            previous = legs
        }
    }

    /// Answers that break the contract in every way, by a seed.
    private static func hostile(_ offer: LegOffer, _ random: inout Seeded) throws(LegFault) -> LegAnswer {
        let share = offer.shareMinor
        if random.chance(15) { throw LegFault(reason: "FIXTURE_FAILED", plugin: nil) }
        let wild = [share, 0, share / 2, share / 3, share &+ 1, -1, Int64.min, Int64.max]
        let micro = [0, 1, -1, Int64.max, Int64.min]
        let accepted = random.chance(50) ? share : wild[random.int(0...wild.count - 1)]
        return LegAnswer(
            acceptedMinor: accepted, earning: .value(microMinor: random.chance(80) ? 5 : micro[random.int(0...4)]),
            plugin: Programs.identity)
    }

    @Test(
        "plugins that lie cannot create or lose a unit: the identity holds and the decision checks", arguments: 0..<30)
    func hostilePlugins(round: Int) throws {
        for step in 0..<100 {
            let seed = UInt64(500_000 + round * 1000 + step)
            var random = Seeded(seed)
            let weights = try WeightVector(random.weights())
            let amount = random.chance(10) ? Int64.max - 60_000 : random.int64(1...100_000)
            let request = try Fixture.request(
                amount: amount, weights: weights, runningTotal: random.int64(0...50_000),
                fallback: FallbackPolicy(noLinks: .exclude, refused: random.chance(50) ? .hold : .exclude))
            var calls = 0
            let decision = try SpendDecision.decide(request, tables: Self.tables) {
                (offer) throws(LegFault) -> LegAnswer in
                calls += 1
                return try Self.hostile(offer, &random)
            }
            #expect(throws: Never.self, "seed \(seed)") { try decision.check() }
            let sum = decision.legs.reduce(decision.excludedMinor + decision.heldMinor) { $0 + $1.amountMinor }
            #expect(sum == amount, "seed \(seed) \(weights)")
            #expect(calls <= weights.count * (weights.count + 1), "seed \(seed): \(calls) calls")
            #expect(try Decision(canonicalBytes: decision.canonicalBytes()) == decision, "seed \(seed)")
        }
    }

    @Test("a refused share goes to the programs that refused nothing, in their proportion")
    func offeredOn() throws {
        let weights = try WeightVector([("a", 2), ("b", 1), ("c", 1)])
        let request = try Fixture.request(amount: 1000, weights: weights)
        let decision = try SpendDecision.decide(
            request, tables: Self.tables, evaluate: Programs(capacities: [100, nil, nil]).answer)
        #expect(decision.certificate.shares == [500, 250, 250])
        #expect(Self.amounts(decision) == [100, 450, 450])
        #expect(decision.legs[0].adjustments == [Adjustment(.refused, reason: "FULL", amountMinor: 400)])
        #expect(decision.legs[0].offeredMinor == 500)
        #expect(decision.legs[1].offeredMinor == 450)
    }

    @Test("a full program's leg shows its refusal, even when the program was asked about less in between")
    func refusalIsShown() throws {
        // While the others are being found full, e's amount rises to its capacity, falls below it and rises again.
        let weights = try WeightVector([("a", 3), ("b", 2), ("c", 2), ("d", 1), ("e", 2), ("f", 4)])
        let programs = Programs(capacities: [2, 4, nil, nil, 3, 7])
        let request = try Fixture.request(amount: 24, weights: weights, runningTotal: 15)
        let decision = try SpendDecision.decide(request, tables: Self.tables, evaluate: programs.answer)
        #expect(Self.amounts(decision) == [2, 4, 7, 1, 3, 7])
        #expect(decision.legs.map { $0.offeredMinor > $0.amountMinor } == [true, true, false, false, true, true])
        #expect(decision.legs.map { !$0.adjustments.isEmpty } == [true, true, false, false, true, true])
        let takeback = try PinnedDecision(decision).takeback(
            refundedBefore: 0, refundedAfter: 24, tables: Self.tables, evaluate: programs.answer)
        #expect(takeback.legs.map(\.amountMinor) == [2, 4, 7, 1, 3, 7])
    }

    @Test("what everybody refuses goes where the policy says", arguments: [Fallback.hold, .exclude])
    func refusedByAll(fallback: Fallback) throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        let request = try Fixture.request(
            amount: 900, weights: weights, fallback: FallbackPolicy(noLinks: .hold, refused: fallback))
        let decision = try SpendDecision.decide(
            request, tables: Self.tables, evaluate: Programs(capacities: [0, 300]).answer)
        #expect(Self.amounts(decision) == [0, 300])
        #expect(decision.remainderRule == .refusedByAll)
        #expect([decision.heldMinor, decision.excludedMinor] == (fallback == .hold ? [600, 0] : [0, 600]))
    }

    @Test(
        "a card without links holds or excludes the whole amount, and its total does not move",
        arguments: [Fallback.hold, .exclude])
    func withoutLinks(fallback: Fallback) throws {
        let request = try Fixture.request(
            amount: 900, weights: .empty, fallback: FallbackPolicy(noLinks: fallback, refused: .exclude))
        let decision = try SpendDecision.decide(request, tables: Self.tables, evaluate: Programs(capacities: []).answer)
        #expect(decision.remainderRule == .noLinks)
        #expect([decision.heldMinor, decision.excludedMinor] == (fallback == .hold ? [900, 0] : [0, 900]))
        #expect(decision.certificate.totalAfter == decision.certificate.totalBefore)
        try decision.check()
    }

    @Test("a faulty plugin parks its share with the reason; the others neither lose nor gain")
    func parks() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        let request = try Fixture.request(amount: 1001, weights: weights)
        let decision = try SpendDecision.decide(
            request, tables: Self.tables, evaluate: Programs(capacities: [nil, nil], faulty: [1]).answer)
        #expect(Self.amounts(decision) == [501, 500])
        #expect(decision.legs[1].status == .parked)
        #expect(decision.legs[1].faultReason == "FIXTURE_FAILED")
        #expect(decision.legs[1].earnedMicro == 0)
    }

    @Test("amounts and totals that cannot be are refused")
    func refusals() throws {
        let weights = try WeightVector([("a", 1)])
        func decide(_ amount: Int64, _ total: Int64) throws -> Decision {
            try SpendDecision.decide(
                try Fixture.request(amount: amount, weights: weights, runningTotal: total), tables: Self.tables,
                evaluate: Programs(capacities: [nil]).answer)
        }
        #expect(throws: DecisionError.amountNotPositive) { try decide(0, 0) }
        #expect(throws: DecisionError.amountNotPositive) { try decide(-1, 0) }
        #expect(throws: DecisionError.runningTotalNegative) { try decide(1, -1) }
        #expect(throws: DecisionError.runningTotalOverflow) { try decide(Int64.max, 1) }
        #expect(try decide(Int64.max, 0).legs.map(\.amountMinor) == [Int64.max])
    }

    @Test("over twenty thousand purchases every program stays within one unit of its exact share")
    func fairForEver() throws {
        var random = Seeded(42)
        let weights = try WeightVector([("a", 1), ("b", 3), ("c", 7)])
        var total: Int64 = 0
        var sums: [Int64] = [0, 0, 0]
        for _ in 0..<20_000 {
            let request = try Fixture.request(amount: random.int64(1...5000), weights: weights, runningTotal: total)
            let decision = try SpendDecision.decide(
                request, tables: Self.tables, evaluate: Programs(capacities: [nil, nil, nil]).answer)
            for (index, amount) in Self.amounts(decision).enumerated() { sums[index] += amount }
            total = decision.certificate.totalAfter
        }
        for (sum, part) in zip(sums, weights.parts) {
            #expect(abs(sum * 11 - total * Int64(part)) < 11, "seed 42: \(sums) of \(total)")
        }
    }
}
