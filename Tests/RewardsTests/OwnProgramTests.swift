import Rewards
import Testing

@Suite("The issuer's own program as the fallback")
struct OwnProgramTests {
    private static let tables = ApportionmentCache()
    private static let ownProgram = "zzz_own"
    private static let wallet = FallbackPolicy(noLinks: .wallet, refused: .wallet, ownProgramID: ownProgram)

    /// A random spend whose last program is the issuer's own, and random settlements of the legs it parks.
    private struct Scene {
        let weights: WeightVector
        let request: DecisionRequest
        let programs: TieredPrograms
        let pinned: PinnedDecision
        var amount: Int64 { request.input.purchase.amount.minorUnits }

        init(_ random: inout Seeded, faults: Int = 15) throws {
            weights = random.chance(25) ? .empty : try WeightVector(random.weights(programsMax: 5))
            var programs = TieredPrograms(weights.count + 1, &random, faults: faults)
            // Most programs refuse something, so that the issuer's own program is asked.
            for index in weights.parts.indices where random.chance(70) {
                programs.programs.capacities[index] = random.int64(0...60)
            }
            if random.chance(30) { programs.programs.fixed = weights.parts.map { _ in random.int64(0...40) } }
            request = DecisionRequest(
                input: try Fixture.input(amount: random.int64(1...600)), preferenceVersion: 3, weights: weights,
                runningTotal: random.int64(0...50_000),
                periodTotals: [PeriodTotals?](repeating: nil, count: weights.count) + [.zero],
                fallback: OwnProgramTests.wallet)
            let decision = try SpendDecision.decide(
                request, tables: OwnProgramTests.tables, fixedPart: programs.programs.fixedPart(weights),
                evaluate: programs.answer)
            var settled: [String: SettledLeg] = [:]
            for leg in decision.legs where leg.status == .parked && leg.amountMinor > 0 && random.chance(50) {
                let index = try #require(decision.programIndex(of: leg.programID))
                programs.programs.faulty.remove(index)
                let answer = try programs.answer(
                    LegOffer(
                        programIndex: index, programID: leg.programID, shareMinor: leg.amountMinor,
                        wholeMinor: request.input.purchase.amount.minorUnits))
                settled[leg.programID] = SettledLeg(
                    plugin: answer.plugin, periodTotals: .zero, acceptedMinor: answer.acceptedMinor,
                    earning: answer.earning)
            }
            self.programs = programs
            pinned = PinnedDecision(decision, settled: settled)
        }

        func takeback(_ before: Int64, _ after: Int64) throws(TakebackError) -> Takeback {
            try pinned.takeback(
                refundedBefore: before, refundedAfter: after, tables: OwnProgramTests.tables,
                evaluate: programs.answer)
        }
    }

    @Test(
        "gets, unit by unit, what no linked program takes, up to what it takes; the linked legs are those without it",
        arguments: 0..<40)
    func getsTheRest(round: Int) throws {
        for step in 0..<10 {
            let seed = UInt64(700_000 + round * 100 + step)
            var random = Seeded(seed)
            let weights = random.chance(20) ? .empty : try WeightVector(random.weights(programsMax: 5))
            var programs = Programs(
                capacities: weights.parts.map { _ in random.chance(30) ? nil : random.int64(0...80) })
            programs.capacities.append(random.chance(40) ? nil : random.int64(0...150))
            for index in 0...weights.count where random.chance(10) { programs.faulty.insert(index) }
            let (amount, total) = (random.int64(1...400), weights.isEmpty ? 0 : random.int64(0...9_000))
            let decision = try Self.decide(amount, weights, total, Self.wallet, programs)
            try decision.check()

            let plain = try Self.decide(
                amount, weights, total, FallbackPolicy(noLinks: .exclude, refused: .exclude), programs)
            #expect(decision.certificate == plain.certificate, "seed \(seed)")
            #expect(decision.legs.filter { $0.programID != Self.ownProgram } == plain.legs, "seed \(seed)")
            var linked = programs
            linked.faulty.remove(weights.count)
            let rest =
                weights.isEmpty ? amount : try linked.unitByUnit(weights, runningTotal: total, amount: amount).rest
            #expect(plain.excludedMinor == rest, "seed \(seed)")

            let isParked = programs.faulty.contains(weights.count)
            let taken = isParked ? rest : min(rest, programs.capacities[weights.count] ?? rest)
            #expect((decision.ownProgramLeg != nil) == (rest > 0), "seed \(seed)")
            guard let leg = decision.ownProgramLeg else { continue }
            #expect(leg.offeredMinor == rest && leg.amountMinor == taken, "seed \(seed)")
            #expect(leg.status == (isParked ? .parked : .earned), "seed \(seed)")
            #expect(decision.excludedMinor == rest - taken && decision.heldMinor == 0, "seed \(seed)")
            let rule: RemainderRule? = rest == taken ? nil : weights.isEmpty ? .noLinks : .refusedByAll
            #expect(decision.remainderRule == rule, "seed \(seed)")
        }
    }

    @Test(
        "gives its leg back so that parts in any order, some undone, end where one refund does", arguments: 0..<60)
    func telescopes(round: Int) throws {
        for step in 0..<10 {
            let seed = UInt64(710_000 + round * 100 + step)
            var random = Seeded(seed)
            let scene = try Scene(&random)
            var parts: [Int64] = []
            while parts.reduce(0, +) < scene.amount {
                parts.append(random.int64(1...(scene.amount - parts.reduce(0, +))))
            }
            var standing = [Bool](repeating: false, count: parts.count)
            var refunded: Int64 = 0
            var taken = Taken()
            let toggles = (0..<12).map { _ in random.int(0...(parts.count - 1)) }
            for target in [toggles, Array(parts.indices).shuffled(using: &random)].joined() {
                let after = refunded + (standing[target] ? -parts[target] : parts[target])
                taken.add(try scene.takeback(refunded, after))
                standing[target].toggle()
                refunded = after
                var direct = Taken()
                direct.add(try scene.takeback(0, refunded))
                #expect(taken == direct, "seed \(seed) at \(refunded) of \(scene.amount)")
                #expect(taken.sum == refunded, "seed \(seed) at \(refunded) of \(scene.amount)")
            }
            var all = Taken()
            all.add(try scene.takeback(0, scene.amount))
            #expect(all == Taken.everything(of: scene.pinned), "seed \(seed)")
        }
    }

    @Test("keeps after a refund what deciding the smaller amount under the same whole gives it", arguments: 0..<40)
    func agreesWithDeciding(round: Int) throws {
        for step in 0..<10 {
            let seed = UInt64(720_000 + round * 100 + step)
            var random = Seeded(seed)
            let scene = try Scene(&random, faults: 0)
            let refunded = random.int64(0...(scene.amount - 1))
            let stored = scene.pinned.decision
            let smaller = try SpendDecision.decide(
                DecisionRequest(
                    input: try Fixture.input(amount: scene.amount - refunded), preferenceVersion: 3,
                    weights: scene.weights, runningTotal: stored.certificate.totalBefore,
                    periodTotals: stored.request.periodTotals, fallback: stored.fallback, wholeMinor: scene.amount),
                tables: Self.tables, fixedPart: scene.programs.programs.fixedPart(scene.weights),
                evaluate: scene.programs.answer)
            var rest = Taken.everything(of: scene.pinned)
            rest.add(try scene.takeback(refunded, 0))
            #expect(rest == Taken.everything(of: PinnedDecision(smaller)), "seed \(seed) refunded \(refunded)")
        }
    }

    @Test("cannot make or lose a unit by lying, and what it has comes back whole", arguments: 0..<20)
    func lies(round: Int) throws {
        for step in 0..<50 {
            let seed = UInt64(730_000 + round * 1000 + step)
            var random = Seeded(seed)
            let weights = random.chance(40) ? .empty : try WeightVector(random.weights(programsMax: 4))
            let amount = random.chance(10) ? Int64.max - 60_000 : random.int64(1...5000)
            func lie(_ offer: LegOffer) throws(LegFault) -> LegAnswer {
                if random.chance(15) { throw LegFault(reason: "FIXTURE_FAILED", plugin: nil) }
                let share = offer.shareMinor
                let wild = [share, 0, share / 2, share &+ 1, -1, Int64.min, Int64.max]
                return LegAnswer(
                    acceptedMinor: wild[random.int(0...6)], earning: .points(MicroPoints(random.int64(-1...20))),
                    plugin: Programs.identity)
            }
            let request = try Fixture.request(
                amount: amount, weights: weights, runningTotal: weights.isEmpty ? 0 : random.int64(0...50_000),
                fallback: Self.wallet)
            let decision = try SpendDecision.decide(request, tables: Self.tables, evaluate: lie)
            #expect(throws: Never.self, "seed \(seed)") { try decision.check() }
            let sum = decision.legs.reduce(decision.excludedMinor + decision.heldMinor) { $0 + $1.amountMinor }
            #expect(sum == amount, "seed \(seed)")
            #expect(try Decision(canonicalBytes: decision.canonicalBytes()) == decision, "seed \(seed)")
            let pinned = PinnedDecision(decision)
            var taken = Taken()
            taken.add(try pinned.takeback(refundedBefore: 0, refundedAfter: amount, tables: Self.tables, evaluate: lie))
            #expect(taken == Taken.everything(of: pinned), "seed \(seed)")
        }
    }

    @Test("is not asked when every unit has a program, when the card may hold, or when it is linked itself")
    func notAsked() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        let full = try Self.decide(900, weights, 0, Self.wallet, Programs(capacities: [nil, nil, nil]))
        #expect(full.ownProgramLeg == nil && full.legs.count == 2 && full.remainderRule == nil)

        let hold = FallbackPolicy(noLinks: .hold, refused: .wallet, ownProgramID: Self.ownProgram)
        let held = try Self.decide(900, .empty, 0, hold, Programs(capacities: [nil]))
        #expect(held.legs.isEmpty && held.heldMinor == 900 && held.remainderRule == .noLinks)

        let linked = try WeightVector([("a", 1), (Self.ownProgram, 1)])
        let own = try Self.decide(900, linked, 0, Self.wallet, Programs(capacities: [0, 500, nil]))
        #expect(own.legs.map(\.amountMinor) == [0, 500] && own.ownProgramLeg == nil)
        #expect(own.excludedMinor == 400 && own.remainderRule == .refusedByAll)
        for decision in [full, held, own] { try decision.check() }
    }

    @Test("does not move the running total of a card without links, and gets its own period")
    func withoutLinks() throws {
        let totals = PeriodTotals(acceptedMinor: 11, earnedMicro: 12)
        let request = DecisionRequest(
            input: try Fixture.input(amount: 900), preferenceVersion: 0, weights: .empty, runningTotal: 0,
            periodTotals: [totals], fallback: Self.wallet)
        let decision = try SpendDecision.decide(
            request, tables: Self.tables, evaluate: Programs(capacities: [nil]).answer)
        #expect(decision.legs.map(\.programID) == [Self.ownProgram])
        #expect(decision.legs[0].amountMinor == 900 && decision.legs[0].periodTotals == totals)
        #expect(decision.certificate.totalAfter == 0)
        #expect(decision.request.periodTotals == [totals])
    }

    @Test("is stored in format 2, with the program beside the fallbacks; without it a decision has its first format")
    func goldenBytes() throws {
        let weights = try WeightVector([("a", 1)])
        let decision = try Self.decide(10, weights, 7, Self.wallet, Programs(capacities: [6, 3]))
        let golden =
            #"{"certificate":{"after":17,"before":7,"shares":[10],"weights":"a:1"},"excluded":1,"#
            + #""fallback":{"ownProgram":"zzz_own","noLinks":"WALLET","refused":"WALLET"},"format":2,"held":0,"#
            + #""input":{"amount":10,"attributes":{"a":"ü","tier":"gold"},"card":"crd_1","country":"DE","#
            + #""currency":"EUR","#
            + #""mcc":"5411","merchant":"Corner \"Shop\"\n","occurredAtMicros":1700000000000000,"spend":"spd_1"},"#
            + #""legs":[{"adjustments":[{"amount":4,"effect":"REFUSED","reason":"FULL"}],"amount":6,"#
            + #""earning":{"microPoints":6},"offered":10,"periodTotals":{"accepted":5,"earned":6},"#
            + #""plugin":{"configurationVersion":7,"digest":"d1","name":"fixture@1"},"program":"a","status":"EARNED"},"#
            + #"{"adjustments":[{"amount":1,"effect":"REFUSED","reason":"FULL"}],"amount":3,"#
            + #""earning":{"microPoints":3},"offered":4,"#
            + #""plugin":{"configurationVersion":7,"digest":"d1","name":"fixture@1"},"program":"zzz_own","#
            + #""status":"EARNED"}],"#
            + #""preferenceVersion":3,"remainderRule":"REFUSED_BY_ALL"}"#
        let bytes = decision.canonicalBytes()
        #expect(String(decoding: bytes, as: UTF8.self) == golden)
        #expect(try Decision(canonicalBytes: bytes) == decision)

        let unused = FallbackPolicy(noLinks: .hold, refused: .exclude, ownProgramID: Self.ownProgram)
        #expect(unused == .standard)
        let plain = try Self.decide(10, weights, 7, unused, Programs(capacities: [6, 3]))
        #expect(String(decoding: plain.canonicalBytes(), as: UTF8.self).contains(#""format":1"#))
    }

    @Test("has a leg that reading or checking refuses when any part of it was altered")
    func tampering() throws {
        let weights = try WeightVector([("a", 1)])
        let decision = try Self.decide(10, weights, 7, Self.wallet, Programs(capacities: [6, 3]))
        let text = String(decoding: decision.canonicalBytes(), as: UTF8.self)
        let alterations = [
            (#""amount":3,"#, #""amount":4,"#), (#""offered":4"#, #""offered":5"#),
            (#""excluded":1"#, #""excluded":2"#),
            (#""program":"zzz_own""#, #""program":"zzz_other""#),
            (#""ownProgram":"zzz_own""#, #""ownProgram":"zzz_other""#),
            (#""refused":"WALLET""#, #""refused":"EXCLUDE""#), (#""refused":"WALLET""#, #""refused":"HOLD""#),
            (#""ownProgram":"zzz_own","#, ""), (#""format":2"#, #""format":1"#),
            (#""ownProgram":"zzz_own""#, #""ownProgram":"a""#),
        ]
        for (from, to) in alterations {
            let parts = text.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
            try #require(parts.count == 2, "\(from)")
            #expect(throws: (any Error).self, "\(from) to \(to)") {
                try Decision(canonicalBytes: Array((parts[0] + to + parts[1]).utf8)).check()
            }
        }
    }

    @Test("must have been asked when the policy says so: a decision that left it out is refused")
    func leftOut() throws {
        let decision = try Self.decide(10, .empty, 0, Self.wallet, Programs(capacities: [nil]))
        let without = Decision(
            input: decision.input, preferenceVersion: decision.preferenceVersion, fallback: decision.fallback,
            certificate: decision.certificate, legs: [], excludedMinor: 10, heldMinor: 0, remainderRule: .noLinks)
        #expect(throws: DecisionDefect.remainderMisplaced) { try without.check() }
    }

    private static func decide(
        _ amount: Int64, _ weights: WeightVector, _ total: Int64, _ fallback: FallbackPolicy, _ programs: Programs
    ) throws -> Decision {
        try SpendDecision.decide(
            try Fixture.request(amount: amount, weights: weights, runningTotal: total, fallback: fallback),
            tables: tables, evaluate: programs.answer)
    }
}
