import Rewards
import Testing

@Suite("Fixed parts ahead of the split")
struct FixedPartTests {
    private static let tables = ApportionmentCache()

    /// A card whose programs ask for fixed parts, refuse and fail at random.
    private struct Scene {
        let weights: WeightVector
        var tiered: TieredPrograms
        let runningTotal: Int64
        let amount: Int64

        var programs: Programs { tiered.programs }

        init(_ random: inout Seeded, faults: Int = 10, amountMax: Int64 = 500) throws {
            weights = try WeightVector(random.weights(programsMax: 6))
            tiered = TieredPrograms(weights.count, &random, faults: faults)
            tiered.programs.fixed = weights.parts.map { _ in
                random.chance(50) ? 0 : random.chance(10) ? Int64.max : random.int64(0...200)
            }
            runningTotal = random.int64(0...50_000)
            amount = random.int64(1...amountMax)
        }

        func decide(_ amount: Int64, wholeMinor: Int64? = nil) throws -> Decision {
            let request = try Fixture.request(amount: amount, weights: weights, runningTotal: runningTotal)
            return try SpendDecision.decide(
                DecisionRequest(
                    input: request.input, preferenceVersion: 3, weights: weights, runningTotal: runningTotal,
                    periodTotals: request.periodTotals, wholeMinor: wholeMinor),
                tables: FixedPartTests.tables, fixedPart: programs.fixedPart(weights), evaluate: tiered.answer)
        }
    }

    private static func amounts(_ decision: Decision) -> [Int64] {
        decision.certificate.weights.programIDs.map { id in
            decision.legs.first { $0.programID == id }?.amountMinor ?? 0
        }
    }

    @Test(
        "whatever programs ask for, refuse or fail, every unit is where walking unit by unit puts it", arguments: 0..<40
    )
    func agreesWithUnitWalk(round: Int) throws {
        for step in 0..<25 {
            let seed = UInt64(2_000_000 + round * 1000 + step)
            var random = Seeded(seed)
            let scene = try Scene(&random)
            let decision = try scene.decide(scene.amount)
            let expected = try scene.programs.unitByUnit(
                scene.weights, runningTotal: scene.runningTotal, amount: scene.amount)
            // A program that is offered nothing at first may fail on what it is offered later, which no walk can know.
            let lateFault = decision.legs.contains { $0.status == .parked && $0.amountMinor == 0 }
            let same = Self.amounts(decision) == expected.legs && decision.excludedMinor == expected.rest
            #expect(same || lateFault, "seed \(seed) \(scene.weights) \(scene.programs) amount \(scene.amount)")
            #expect(throws: Never.self, "seed \(seed)") { try decision.check() }
            #expect(try Decision(canonicalBytes: decision.canonicalBytes()) == decision, "seed \(seed)")
        }
    }

    @Test(
        "over many purchases fixed parts are exact, the rest is always within one unit of its shares, and sums add up",
        arguments: 0..<20)
    func fairForEver(round: Int) throws {
        let seed = UInt64(2_100_000 + round)
        var random = Seeded(seed)
        let weights = try WeightVector(random.weights())
        var programs = Programs(capacities: [Int64?](repeating: nil, count: weights.count))
        var total: Int64 = 0
        var sums = [Int64](repeating: 0, count: weights.count)
        for _ in 0..<1000 {
            // What is asked for changes from purchase to purchase, as it does with the category or the card's tier.
            programs.fixed = weights.parts.map { _ in random.chance(60) ? 0 : random.int64(0...300) }
            let amount = random.int64(1...(random.chance(50) ? 40 : 5000))
            let decision = try SpendDecision.decide(
                try Fixture.request(amount: amount, weights: weights, runningTotal: total), tables: Self.tables,
                fixedPart: programs.fixedPart(weights), evaluate: programs.answer)
            let expected = programs.fixedParts(weights, ofAmount: amount)
            let certificate = decision.certificate
            #expect(certificate.fixed == (expected.contains { $0 > 0 } ? expected : []), "seed \(seed) at \(total)")
            #expect(certificate.shares.allSatisfy { $0 >= 0 }, "seed \(seed) at \(total)")
            #expect(
                zip(expected, certificate.shares).map { $0 + $1 } == Self.amounts(decision), "seed \(seed) at \(total)")
            #expect(Self.amounts(decision).reduce(0, +) == amount, "seed \(seed) at \(total)")
            // The running total counts what was apportioned and nothing else.
            #expect(certificate.totalAfter - total == amount - expected.reduce(0, +), "seed \(seed) at \(total)")
            total = certificate.totalAfter
            for (index, share) in certificate.shares.enumerated() {
                sums[index] += share
                let distance = sums[index] * Int64(weights.partsSum) - total * Int64(weights.parts[index])
                #expect(abs(distance) < Int64(weights.partsSum), "seed \(seed): program \(index) at \(total)")
            }
        }
    }

    @Test(
        "what others are given of the rest is what they would be given of a purchase of the rest alone",
        arguments: 0..<20)
    func restIsASpendOfItsOwn(round: Int) throws {
        let seed = UInt64(2_200_000 + round)
        var random = Seeded(seed)
        let scene = try Scene(&random, faults: 0)
        let shares = try scene.decide(scene.amount).certificate
        let rest = scene.amount - shares.fixed.reduce(0, +)
        let alone = try Apportionment(scene.weights).legs(runningTotal: scene.runningTotal, amount: rest)
        #expect(shares.shares == alone, "seed \(seed)")
    }

    @Test(
        "parts of a full refund, taken and undone in any order, always end where one refund does", arguments: 0..<40)
    func telescopes(round: Int) throws {
        for step in 0..<10 {
            let seed = UInt64(2_300_000 + round * 100 + step)
            var random = Seeded(seed)
            let scene = try Scene(&random)
            let pinned = PinnedDecision(try scene.decide(scene.amount))
            func takeback(_ before: Int64, _ after: Int64) throws -> Takeback {
                try pinned.takeback(
                    refundedBefore: before, refundedAfter: after, tables: Self.tables, evaluate: scene.tiered.answer)
            }
            var parts: [Int64] = []
            while parts.reduce(0, +) < scene.amount {
                parts.append(random.int64(1...(scene.amount - parts.reduce(0, +))))
            }
            var standing = [Bool](repeating: false, count: parts.count)
            var refunded: Int64 = 0
            var taken = Taken()
            let toggles = (0..<8).map { _ in random.int(0...(parts.count - 1)) }
            for target in [toggles, Array(parts.indices).shuffled(using: &random)].joined() {
                let after = refunded + (standing[target] ? -parts[target] : parts[target])
                taken.add(try takeback(refunded, after))
                standing[target].toggle()
                refunded = after
                var direct = Taken()
                direct.add(try takeback(0, refunded))
                #expect(taken == direct && taken.sum == refunded, "seed \(seed) at \(refunded) of \(scene.amount)")
            }
            for target in parts.indices where !standing[target] {
                taken.add(try takeback(refunded, refunded + parts[target]))
                refunded += parts[target]
            }
            #expect(taken == Taken.everything(of: pinned), "seed \(seed)")
            for part in parts.shuffled(using: &random) {
                taken.add(try takeback(refunded, refunded - part))
                refunded -= part
            }
            #expect(taken == Taken(), "seed \(seed)")
        }
    }

    @Test(
        "what is left after any refund is what deciding the smaller amount under the same whole gives",
        arguments: 0..<30)
    func agreesWithDeciding(round: Int) throws {
        let seed = UInt64(2_400_000 + round)
        var random = Seeded(seed)
        let scene = try Scene(&random, faults: 0, amountMax: 120)
        let pinned = PinnedDecision(try scene.decide(scene.amount))
        for left in 1...scene.amount {
            var rest = Taken.everything(of: pinned)
            rest.add(
                try pinned.takeback(
                    refundedBefore: scene.amount - left, refundedAfter: 0, tables: Self.tables,
                    evaluate: scene.tiered.answer))
            let smaller = try scene.decide(left, wholeMinor: scene.amount)
            #expect(rest == Taken.everything(of: PinnedDecision(smaller)), "seed \(seed) left \(left)")
        }
    }

    @Test("a fixed part is the last that a refund takes, and asks no plugin how large it was")
    func workedExample() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        var programs = Programs(capacities: [nil, nil])
        programs.fixed = [50]
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 1001, weights: weights, runningTotal: 7), tables: Self.tables,
            fixedPart: programs.fixedPart(weights), evaluate: programs.answer)
        #expect(decision.certificate.fixed == [50, 0])
        #expect(decision.certificate.shares == [475, 476])
        #expect(Self.amounts(decision) == [525, 476])
        #expect(decision.certificate.totalAfter == 958)
        let pinned = PinnedDecision(decision)
        func left(_ refunded: Int64) throws -> [Int64] {
            let taken = try pinned.takeback(
                refundedBefore: 0, refundedAfter: refunded, tables: Self.tables, evaluate: programs.answer)
            return zip(["a", "b"], [525, 476]).map { id, had in
                had - (taken.legs.first { $0.programID == id }?.amountMinor ?? 0)
            }
        }
        #expect(try left(900) == [75, 26])
        #expect(try left(951) == [50, 0])
        #expect(try left(971) == [30, 0])
        #expect(try left(1001) == [0, 0])
    }

    @Test("a fixed part that its program refuses is offered on like any other unit")
    func refusedFixedPart() throws {
        let weights = try WeightVector([("a", 1), ("b", 2), ("c", 1)])
        var programs = Programs(capacities: [10, nil, nil])
        programs.fixed = [40]
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 100, weights: weights), tables: Self.tables,
            fixedPart: programs.fixedPart(weights), evaluate: programs.answer)
        #expect(decision.certificate.fixed == [40, 0, 0])
        #expect(decision.certificate.shares == [15, 30, 15])
        // 45 units of a's 55 are offered on, in the proportion 2 : 1.
        #expect(Self.amounts(decision) == [10, 60, 30])
        try decision.check()
    }

    @Test("a plugin that asks for less than nothing, or fails, gets no fixed part and has its leg parked")
    func faults() throws {
        let weights = try WeightVector([("a", 1), ("b", 1), ("c", 1)])
        let programs = Programs(capacities: [nil, nil, nil])
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 90, weights: weights), tables: Self.tables,
            fixedPart: { (programID, wholeMinor) throws(LegFault) -> Int64 in
                #expect(wholeMinor == 90)
                switch programID {
                case "a": throw LegFault(reason: "FIXTURE_FAILED", plugin: Programs.identity)
                case "b": return Int64.min
                default: return 30
                }
            }, evaluate: programs.answer)
        #expect(decision.certificate.fixed == [0, 0, 30])
        #expect(decision.legs.map(\.amountMinor) == [20, 20, 50])
        #expect(decision.legs.map(\.faultReason) == ["FIXTURE_FAILED", "PLUGIN_FIXED_PART_NEGATIVE", nil])
        try decision.check()
    }

    @Test("a purchase that goes into fixed parts whole fits under any running total")
    func nothingToApportion() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        var programs = Programs(capacities: [nil, nil])
        programs.fixed = [0, Int64.max]
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: Int64.max, weights: weights, runningTotal: Int64.max), tables: Self.tables,
            fixedPart: programs.fixedPart(weights), evaluate: programs.answer)
        #expect(decision.legs.map(\.amountMinor) == [Int64.max])
        #expect(decision.certificate.totalAfter == Int64.max)
        try decision.check()
        let taken = try PinnedDecision(decision).takeback(
            refundedBefore: 5, refundedAfter: Int64.max, tables: Self.tables, evaluate: programs.answer)
        #expect(taken.legs.map(\.amountMinor) == [Int64.max - 5])
    }

    @Test("a card without links is asked nothing")
    func withoutLinks() throws {
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 50, weights: .empty), tables: Self.tables,
            fixedPart: { (_, _) throws(LegFault) -> Int64 in
                Issue.record("asked")
                return 1
            }, evaluate: Programs(capacities: []).answer)
        #expect(decision.certificate.fixed.isEmpty && decision.heldMinor == 50)
    }
}
