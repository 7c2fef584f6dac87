import Rewards
import Testing

@Suite("Refunds under the pinned decision")
struct PinnedDecisionTests {
    private static let tables = ApportionmentCache()

    private struct Scene {
        let programs: TieredPrograms
        let pinned: PinnedDecision
        let amount: Int64

        /// A random spend, and random settlements of the legs it parks.
        init(_ random: inout Seeded, faults: Int = 15) throws {
            let weights = try WeightVector(random.weights(programsMax: 6))
            var programs = TieredPrograms(weights.count, &random, faults: faults)
            amount = random.int64(1...600)
            let request = try Fixture.request(
                amount: amount, weights: weights, runningTotal: random.int64(0...50_000),
                fallback: FallbackPolicy(noLinks: .hold, refused: random.chance(50) ? .hold : .exclude))
            let decision = try SpendDecision.decide(
                request, tables: PinnedDecisionTests.tables, evaluate: programs.answer)
            var settled: [String: SettledLeg] = [:]
            for leg in decision.legs where leg.status == .parked && leg.amountMinor > 0 && random.chance(50) {
                let index = try #require(weights.index(of: leg.programID))
                programs.programs.faulty.remove(index)
                let answer = try programs.answer(
                    LegOffer(
                        programIndex: index, programID: leg.programID, shareMinor: leg.amountMinor, wholeMinor: amount))
                settled[leg.programID] = SettledLeg(
                    plugin: answer.plugin, periodTotals: PeriodTotals(acceptedMinor: 9, earnedMicro: 9),
                    acceptedMinor: answer.acceptedMinor, earning: answer.earning)
            }
            self.programs = programs
            pinned = PinnedDecision(decision, settled: settled)
        }

        func takeback(_ before: Int64, _ after: Int64) throws(TakebackError) -> Takeback {
            try pinned.takeback(
                refundedBefore: before, refundedAfter: after, tables: PinnedDecisionTests.tables,
                evaluate: programs.answer)
        }
    }

    @Test(
        "parts of a full refund, taken and undone in any order, always end where one refund does", arguments: 0..<60)
    func telescopes(round: Int) throws {
        for step in 0..<10 {
            let seed = UInt64(300_000 + round * 100 + step)
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
                let takeback = try scene.takeback(refunded, after)
                taken.add(takeback)
                Self.expectOneSign(takeback, after - refunded, "seed \(seed)")
                standing[target].toggle()
                refunded = after
                var direct = Taken()
                direct.add(try scene.takeback(0, refunded))
                #expect(taken == direct, "seed \(seed) at \(refunded) of \(scene.amount)")
                #expect(taken.sum == refunded, "seed \(seed) at \(refunded) of \(scene.amount)")
            }
            for target in parts.indices where !standing[target] {
                taken.add(try scene.takeback(refunded, refunded + parts[target]))
                refunded += parts[target]
            }
            #expect(taken == Taken.everything(of: scene.pinned), "seed \(seed)")
            for part in parts.shuffled(using: &random) {
                taken.add(try scene.takeback(refunded, refunded - part))
                refunded -= part
            }
            #expect(taken == Taken(), "seed \(seed)")
        }
    }

    private static func expectOneSign(_ takeback: Takeback, _ difference: Int64, _ comment: Comment) {
        let sign = difference.signum()
        let parts = takeback.legs.flatMap { [$0.amountMinor, $0.acceptedMinor, $0.micro] }
        #expect((parts + [takeback.excludedMinor, takeback.heldMinor]).allSatisfy { $0 * sign >= 0 }, comment)
        let sum = takeback.legs.reduce(takeback.excludedMinor + takeback.heldMinor) { $0 + $1.amountMinor }
        #expect(sum == difference, comment)
    }

    @Test(
        "what is left after a refund is what deciding the smaller amount under the same whole gives", arguments: 0..<40)
    func agreesWithDeciding(round: Int) throws {
        for step in 0..<10 {
            let seed = UInt64(400_000 + round * 100 + step)
            var random = Seeded(seed)
            let scene = try Scene(&random, faults: 0)
            let refunded = random.int64(0...(scene.amount - 1))
            let stored = scene.pinned.decision
            let smaller = try SpendDecision.decide(
                DecisionRequest(
                    input: try Fixture.input(amount: scene.amount - refunded), preferenceVersion: 3,
                    weights: stored.certificate.weights, runningTotal: stored.certificate.totalBefore,
                    periodTotals: stored.request.periodTotals, fallback: stored.fallback, wholeMinor: scene.amount),
                tables: Self.tables, evaluate: scene.programs.answer)
            var rest = Taken.everything(of: scene.pinned)
            rest.add(try scene.takeback(refunded, 0))
            // The takeback above is an undo, so its parts are below zero and the sum is what was left.
            #expect(rest == Taken.everything(of: PinnedDecision(smaller)), "seed \(seed) refunded \(refunded)")
        }
    }

    @Test(
        "whatever lying plugins made of a spend, its units are given back exactly or nothing moves", arguments: 0..<20)
    func lyingPlugins(round: Int) throws {
        for step in 0..<50 {
            let seed = UInt64(600_000 + round * 1000 + step)
            var random = Seeded(seed)
            let weights = try WeightVector(random.weights())
            let amount = random.int64(1...5000)
            let request = try Fixture.request(
                amount: amount, weights: weights, runningTotal: random.int64(0...50_000))
            func lie(_ offer: LegOffer) throws(LegFault) -> LegAnswer {
                if random.chance(15) { throw LegFault(reason: "FIXTURE_FAILED", plugin: nil) }
                let accepted = random.chance(50) ? offer.shareMinor : random.int64(-1...(offer.shareMinor + 1))
                return LegAnswer(
                    acceptedMinor: accepted, earning: .points(MicroPoints(random.int64(-1...20))),
                    plugin: Programs.identity)
            }
            let pinned = PinnedDecision(try SpendDecision.decide(request, tables: Self.tables, evaluate: lie))
            var taken = Taken()
            var refunded: Int64 = 0
            for _ in 0..<6 {
                let after = random.int64(0...amount)
                do {
                    let takeback = try pinned.takeback(
                        refundedBefore: refunded, refundedAfter: after, tables: Self.tables, evaluate: lie)
                    Self.expectOneSign(takeback, after - refunded, "seed \(seed)")
                } catch {
                    #expect(error.kind != .decisionNotReproduced && error.kind != .refundOutOfRange, "seed \(seed)")
                }
                refunded = after
            }
            // All of it needs no plugin, so no lie can keep it from coming back.
            taken.add(try pinned.takeback(refundedBefore: 0, refundedAfter: amount, tables: Self.tables, evaluate: lie))
            #expect(taken == Taken.everything(of: pinned), "seed \(seed)")
        }
    }

    @Test("a refund of everything asks no plugin; a part asks those whose leg it cuts, and names them beforehand")
    func asksOnlyWhatItMust() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        let pinned = PinnedDecision(
            try SpendDecision.decide(
                try Fixture.request(amount: 10, weights: weights), tables: Self.tables,
                evaluate: Programs(capacities: [nil, nil]).answer))
        func plugins(_ before: Int64, _ after: Int64) throws -> [String] {
            var asked: Set<String> = []
            _ = try pinned.takeback(refundedBefore: before, refundedAfter: after, tables: Self.tables) {
                (offer) throws(LegFault) -> LegAnswer in
                asked.insert(offer.programID)
                return try Programs(capacities: [nil, nil]).answer(offer)
            }
            let named = try pinned.plugins(refundedBefore: before, refundedAfter: after, tables: Self.tables)
            #expect(asked == Set(named.keys))
            #expect(named.values.allSatisfy { $0 == Programs.identity })
            return asked.sorted()
        }
        #expect(try plugins(0, 10) == [])
        #expect(try plugins(10, 0) == [])
        #expect(try plugins(4, 4) == [])
        // The tenth unit is b's, the ninth a's.
        #expect(try plugins(0, 1) == ["b"])
        #expect(try plugins(0, 2) == ["a", "b"])
    }

    @Test("one program's leg is taken back alone, without asking the others")
    func oneProgram() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        let pinned = PinnedDecision(
            try SpendDecision.decide(
                try Fixture.request(amount: 10, weights: weights), tables: Self.tables,
                evaluate: Programs(capacities: [nil, nil]).answer))
        let takeback = try pinned.takeback(
            refundedBefore: 0, refundedAfter: 4, ofProgram: "b", tables: Self.tables,
            evaluate: Programs(capacities: [nil, nil], faulty: [0]).answer)
        #expect(
            takeback.legs == [
                TakebackLeg(programID: "b", amountMinor: 2, acceptedMinor: 2, earning: .points(MicroPoints(2)))
            ])
        #expect([takeback.excludedMinor, takeback.heldMinor] == [0, 0])
    }

    @Test("a capped leg gives back only what it granted")
    func cappedLeg() throws {
        var random = Seeded(1)
        var programs = TieredPrograms(1, &random, faults: 0)
        programs.programs.capacities = [nil]
        programs.halfMicro = [2]
        programs.tierMinor = [Int64.max]
        programs.capMicro = [100]
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 1000, weights: try WeightVector([("a", 1)])), tables: Self.tables,
            evaluate: programs.answer)
        #expect(decision.legs.map(\.earnedMicro) == [100])
        let pinned = PinnedDecision(decision)
        func micro(_ before: Int64, _ after: Int64) throws -> [Int64] {
            try pinned.takeback(
                refundedBefore: before, refundedAfter: after, tables: Self.tables, evaluate: programs.answer
            ).legs.map(\.micro)
        }
        #expect(try micro(0, 900) == [0])
        #expect(try micro(900, 960) == [60])
        #expect(try micro(960, 1000) == [40])
        #expect(try micro(1000, 900) == [-100])
    }

    @Test("a leg parked still moves its money and no earning; settled later it earns as the settlement's plugin says")
    func parkedLeg() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 100, weights: weights), tables: Self.tables,
            evaluate: Programs(capacities: [nil, nil], faulty: [1]).answer)
        let parked = try PinnedDecision(decision).takeback(
            refundedBefore: 0, refundedAfter: 20, tables: Self.tables,
            evaluate: Programs(capacities: [nil, nil], faulty: [1]).answer)
        #expect(
            parked.legs == [
                TakebackLeg(programID: "a", amountMinor: 10, acceptedMinor: 10, earning: .points(MicroPoints(10))),
                TakebackLeg(programID: "b", amountMinor: 10, acceptedMinor: 0, earning: nil),
            ])
        let later = PluginIdentity(plugin: "later@1", digest: "d2", configurationVersion: 8)
        let totals = PeriodTotals(acceptedMinor: 70, earnedMicro: 71)
        let settled = PinnedDecision(
            decision,
            settled: [
                "b": SettledLeg(
                    plugin: later, periodTotals: totals, acceptedMinor: 45, earning: .value(microMinor: 90))
            ])
        let takeback = try settled.takeback(refundedBefore: 0, refundedAfter: 20, tables: Self.tables) {
            (offer) throws(LegFault) -> LegAnswer in
            guard offer.programIndex == 1 else { return try Programs(capacities: [nil, nil]).answer(offer) }
            #expect(offer.periodTotals == totals)
            #expect(offer.wholeMinor == 100)
            let accepted = min(offer.shareMinor, 45)
            return LegAnswer(acceptedMinor: accepted, earning: .value(microMinor: 2 * accepted), plugin: later)
        }
        #expect(
            takeback.legs.last
                == TakebackLeg(programID: "b", amountMinor: 10, acceptedMinor: 5, earning: .value(microMinor: 10)))
    }

    @Test("a rule that looks at the whole spend is asked about the whole that was recorded")
    func originalWhole() throws {
        func bonus(_ offer: LegOffer) throws(LegFault) -> LegAnswer {
            LegAnswer(
                acceptedMinor: offer.shareMinor,
                earning: .points(MicroPoints(offer.wholeMinor >= 100 ? offer.shareMinor : 0)),
                plugin: Programs.identity)
        }
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 100, weights: try WeightVector([("a", 1)])), tables: Self.tables,
            evaluate: bonus)
        let takeback = try PinnedDecision(decision).takeback(
            refundedBefore: 0, refundedAfter: 60, tables: Self.tables, evaluate: bonus)
        #expect(takeback.legs.map(\.micro) == [60])
        func decide(_ wholeMinor: Int64?) throws -> [Int64] {
            let request = DecisionRequest(
                input: try Fixture.input(amount: 40), preferenceVersion: 3, weights: decision.certificate.weights,
                runningTotal: 0, wholeMinor: wholeMinor)
            return try SpendDecision.decide(request, tables: Self.tables, evaluate: bonus).legs.map(\.earnedMicro)
        }
        #expect(try decide(100) == [40])
        #expect(try decide(nil) == [0])
    }

    @Test("a card without links gives back what was held or excluded", arguments: [Fallback.hold, .exclude])
    func withoutLinks(fallback: Fallback) throws {
        let decision = try SpendDecision.decide(
            try Fixture.request(
                amount: 50, weights: .empty, fallback: FallbackPolicy(noLinks: fallback, refused: .exclude)),
            tables: Self.tables, evaluate: Programs(capacities: []).answer)
        let takeback = try PinnedDecision(decision).takeback(
            refundedBefore: 10, refundedAfter: 30, tables: Self.tables, evaluate: Programs(capacities: []).answer)
        #expect(takeback.legs.isEmpty)
        #expect([takeback.heldMinor, takeback.excludedMinor] == (fallback == .hold ? [20, 0] : [0, 20]))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let kind: TakebackError.Kind
        let name: String
        let answer: @Sendable (LegOffer) throws(LegFault) -> LegAnswer
        var testDescription: String { "a plugin that \(name) is \(kind.rawValue)" }
    }

    private static func answer(
        _ accepted: Int64, _ micro: Int64, _ plugin: PluginIdentity = Programs.identity
    ) -> LegAnswer {
        LegAnswer(acceptedMinor: accepted, earning: .points(MicroPoints(micro)), plugin: plugin)
    }

    static let refusals: [Refusal] = [
        Refusal(kind: .pluginUnavailable, name: "is gone") { (_) throws(LegFault) in
            throw LegFault(reason: "PLUGIN_NOT_CONFIGURED", plugin: nil)
        },
        Refusal(kind: .pluginUnavailable, name: "is of another configuration") { (offer) throws(LegFault) in
            let other = PluginIdentity(plugin: "fixture@1", digest: "d1", configurationVersion: 8)
            return answer(offer.shareMinor, offer.shareMinor, other)
        },
        Refusal(kind: .pluginUnavailable, name: "is of another version") { (offer) throws(LegFault) in
            let other = PluginIdentity(plugin: "fixture@2", digest: "d2", configurationVersion: 7)
            return answer(offer.shareMinor, offer.shareMinor, other)
        },
        Refusal(kind: .pluginFailed, name: "fails on the part") { (offer) throws(LegFault) in
            guard offer.shareMinor == 100 else { throw LegFault(reason: "FIXTURE_FAILED", plugin: Programs.identity) }
            return answer(100, 100)
        },
        Refusal(kind: .pluginContradictsItself, name: "answers the recorded question otherwise") {
            (offer) throws(LegFault) in
            answer(offer.shareMinor, offer.shareMinor == 100 ? 101 : offer.shareMinor)
        },
        Refusal(kind: .pluginContradictsItself, name: "earns more on less than on all") { (offer) throws(LegFault) in
            answer(offer.shareMinor, offer.shareMinor == 100 ? 100 : 101)
        },
        Refusal(kind: .pluginContradictsItself, name: "earns less on more") { (offer) throws(LegFault) in
            answer(offer.shareMinor, offer.shareMinor == 100 ? 100 : 100 - offer.shareMinor)
        },
        Refusal(kind: .pluginContradictsItself, name: "earns less than nothing") { (offer) throws(LegFault) in
            answer(offer.shareMinor, offer.shareMinor == 100 ? 100 : -1)
        },
        Refusal(kind: .pluginContradictsItself, name: "takes only a part of the part") { (offer) throws(LegFault) in
            answer(offer.shareMinor == 100 ? 100 : offer.shareMinor - 1, offer.shareMinor)
        },
        Refusal(kind: .pluginContradictsItself, name: "answers value where it answered points") {
            (offer) throws(LegFault) in
            offer.shareMinor == 100
                ? answer(100, 100)
                : LegAnswer(
                    acceptedMinor: offer.shareMinor, earning: .value(microMinor: 1), plugin: Programs.identity)
        },
    ]

    @Test("nothing moves when the pinned plugin cannot be trusted", arguments: refusals)
    func refuses(refusal: Refusal) throws {
        let pinned = PinnedDecision(
            try SpendDecision.decide(
                try Fixture.request(amount: 100, weights: try WeightVector([("a", 1)])), tables: Self.tables,
                evaluate: Programs(capacities: [nil]).answer))
        let error = #expect(throws: TakebackError.self) {
            try pinned.takeback(
                refundedBefore: 30, refundedAfter: 60, tables: Self.tables, evaluate: refusal.answer)
        }
        #expect(error?.kind == refusal.kind)
        #expect(error?.programID == "a")
        #expect(error?.reason == refusal.kind.rawValue)
    }

    @Test(
        "no more than was cleared and no less than nothing is refunded",
        arguments: [(0, 101), (101, 0), (-1, 0), (0, -1), (Int64.min, Int64.max)] as [(Int64, Int64)])
    func range(before: Int64, after: Int64) throws {
        let pinned = PinnedDecision(
            try SpendDecision.decide(
                try Fixture.request(amount: 100, weights: try WeightVector([("a", 1)])), tables: Self.tables,
                evaluate: Programs(capacities: [nil]).answer))
        let error = #expect(throws: TakebackError.self) {
            try pinned.takeback(
                refundedBefore: before, refundedAfter: after, tables: Self.tables,
                evaluate: Programs(capacities: [nil]).answer)
        }
        #expect(error?.kind == .refundOutOfRange)
    }

    @Test("a stored decision whose legs do not follow from its certificate gives nothing back")
    func alteredDecision() throws {
        let weights = try WeightVector([("a", 1), ("b", 1)])
        let decision = try SpendDecision.decide(
            try Fixture.request(amount: 100, weights: weights), tables: Self.tables,
            evaluate: Programs(capacities: [nil, nil]).answer)
        func swapped(_ amounts: [Int64]) -> Decision {
            Decision(
                input: decision.input, preferenceVersion: decision.preferenceVersion, fallback: decision.fallback,
                certificate: decision.certificate,
                legs: zip(decision.legs, amounts).map { leg, amount in
                    Leg(
                        programID: leg.programID, status: leg.status, offeredMinor: amount, amountMinor: amount,
                        earning: leg.earning, faultReason: nil, adjustments: [], plugin: leg.plugin,
                        periodTotals: leg.periodTotals)
                }, excludedMinor: 0, heldMinor: 0, remainderRule: nil)
        }
        #expect(throws: Never.self) { try swapped([49, 51]).check() }
        for amounts in [[49, 51], [51, 49], [100, 0], [50, 49], [-1, 101]] as [[Int64]] {
            let error = #expect(throws: TakebackError.self) {
                try PinnedDecision(swapped(amounts)).takeback(
                    refundedBefore: 0, refundedAfter: 100, tables: Self.tables,
                    evaluate: Programs(capacities: [nil, nil]).answer)
            }
            #expect(error?.kind == .decisionNotReproduced, "\(amounts)")
        }
    }

    @Test("the largest amount is refunded in parts without overflow")
    func largest() throws {
        func answer(_ offer: LegOffer) throws(LegFault) -> LegAnswer { Self.answer(offer.shareMinor, offer.shareMinor) }
        let pinned = PinnedDecision(
            try SpendDecision.decide(
                try Fixture.request(amount: Int64.max, weights: try WeightVector([("a", 2), ("b", 1)])),
                tables: Self.tables, evaluate: answer))
        var taken = Taken()
        for (before, after) in [(0, Int64.max / 2), (Int64.max / 2, Int64.max)] as [(Int64, Int64)] {
            taken.add(
                try pinned.takeback(
                    refundedBefore: before, refundedAfter: after, tables: Self.tables, evaluate: answer))
        }
        #expect(taken == Taken.everything(of: pinned))
        #expect(taken.sum == Int64.max)
    }

    @Test("how a leg was settled reads back as it was written, and nothing else is taken for it")
    func settledLegStorage() throws {
        let identity = PluginIdentity(plugin: "fixture@1", digest: "d1", configurationVersion: 7)
        for totals in [nil, PeriodTotals(acceptedMinor: 5, earnedMicro: 6)] {
            for earning in [Earning.points(MicroPoints(7)), .value(microMinor: 0)] {
                let leg = SettledLeg(plugin: identity, periodTotals: totals, acceptedMinor: 3, earning: earning)
                let text = leg.document.canonicalText
                #expect(SettledLeg(document: try JSONValue(parsing: text)) == leg, "\(text)")
            }
        }
        for text in [
            "{}", "[]", #"{"accepted":3}"#,
            #"{"accepted":-3,"earning":{"microPoints":7},"plugin":{"configurationVersion":7,"digest":"d","name":"f"}}"#,
            #"{"accepted":3,"earning":{"microPoints":-7},"plugin":{"configurationVersion":7,"digest":"d","name":"f"}}"#,
            #"{"accepted":3,"earning":{"points":7},"plugin":{"configurationVersion":7,"digest":"d","name":"f"}}"#,
            #"{"accepted":3,"earning":{"microPoints":7},"extra":1,"plugin":{"configurationVersion":7,"digest":"d","#
                + #""name":"f"}}"#,
        ] {
            #expect(SettledLeg(document: try JSONValue(parsing: text)) == nil, "\(text)")
        }
    }
}
