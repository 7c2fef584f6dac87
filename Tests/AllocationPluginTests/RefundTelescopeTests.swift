import AllocationPlugin
import AllocationPluginTesting
import AllocationPlugins
import PluginRuntime
import Rewards
import Testing

@Suite("Refunds with the bundled plugins")
struct RefundTelescopeTests {
    private static let tables = ApportionmentCache()

    /// Configurations that cap, tier, exclude and round, beside those of the golden cases.
    private static func configurations() throws -> [(plugin: String, configuration: JSONValue)] {
        let awkward: [(String, JSONValue)] = [
            ("capped-tiers", ["tiers": [["rate": "4"]], "cap": ["on": "spending", "limit": 3, "beyond": "refuse"]]),
            ("capped-tiers", ["tiers": [["rate": "4"]], "cap": ["on": "spending", "limit": 3, "beyond": "absorb"]]),
            (
                "capped-tiers",
                [
                    "tiers": [["upTo": 2, "rate": "0.333333"], ["upTo": 4, "rate": "0"], ["rate": "7.000001"]],
                    "cap": ["on": "earning", "limit": 6, "beyond": "refuse"],
                ]
            ),
            (
                "capped-tiers",
                [
                    "mode": "value", "tiers": [["upTo": 1, "rate": "0.7"], ["rate": "3.3"]],
                    "cap": ["on": "earning", "limit": 1, "beyond": "absorb"],
                ]
            ),
            ("category", ["categories": "2026-11", "defaultRate": "0.0137", "unknownCode": "refuse"]),
            ("flat-rate", ["percentBack": "1.234567"]),
            ("misbehaving", "throw"),
        ]
        return try awkward
            + PluginFolders.names.flatMap { name in try PluginFolders.configurations(name).map { (name, $0) } }
    }

    /// A spend decided by random bundled plugins, with some legs parked and some of those settled later.
    private struct Scene {
        let pinned: PinnedDecision
        let plugins: PluginSet
        let amount: Int64

        init(_ random: inout SeededGenerator) throws {
            let registry = try PluginRegistry(allocationPlugins + [MisbehavingPlugin.self])
            let choices = try RefundTelescopeTests.configurations()
            let count = Int.random(in: 1...5, using: &random)
            let weights = try WeightVector((0..<count).map { ("prg_\($0)", Int.random(in: 1...9, using: &random)) })
            func install(_ programID: String, soundOnly: Bool) throws -> InstalledPlugin {
                let sound = choices.filter { !soundOnly || $0.plugin != "misbehaving" }
                let choice = sound[Int.random(in: 0..<sound.count, using: &random)]
                return try registry.install(
                    programID: programID, plugin: choice.plugin, configuration: choice.configuration,
                    configurationVersion: Int64.random(in: 1...9, using: &random))
            }
            var plugins = PluginSet(try weights.programIDs.map { try install($0, soundOnly: false) })
            amount = 1 + random.magnitude(upTo: 3000)
            let codes = ["5411", "6011", "7995", "5812", "", "54A1", "3000"]
            let currencies = ["EUR", "JPY", "KWD"]
            let input = SpendInput(
                spendID: "spd_\(random.next())", cardID: "crd_1",
                purchase: Purchase(
                    amount: Money(
                        currency: try CurrencyCode(currencies[Int.random(in: 0...2, using: &random)]),
                        minorUnits: amount),
                    merchantCategoryCode: codes[Int.random(in: 0..<codes.count, using: &random)],
                    occurredAtMicros: 1_700_000_000_000_000))
            func totals() -> PeriodTotals {
                PeriodTotals(acceptedMinor: random.magnitude(upTo: 500), earnedMicro: random.magnitude(upTo: 5_000_000))
            }
            let request = DecisionRequest(
                input: input, preferenceVersion: 1, weights: weights, runningTotal: random.magnitude(upTo: 90_000),
                periodTotals: weights.programIDs.map { plugins.period(forProgram: $0) == nil ? nil : totals() },
                fallback: FallbackPolicy(noLinks: .hold, refused: Bool.random(using: &random) ? .hold : .exclude))
            let decision = try SpendDecision.decide(request, tables: RefundTelescopeTests.tables, plugins: plugins)
            var settled: [String: SettledLeg] = [:]
            for leg in decision.legs where leg.status == .parked && leg.amountMinor > 0 && Bool.random(using: &random) {
                let plugin = try install(leg.programID, soundOnly: true)
                plugins = plugins.replacing(plugin)
                let before = plugin.period == nil ? nil : totals()
                let answer = try plugin.answer(
                    LegOffer(
                        programIndex: weights.index(of: leg.programID) ?? 0, programID: leg.programID,
                        shareMinor: leg.amountMinor, wholeMinor: amount, periodTotals: before), input: input)
                settled[leg.programID] = SettledLeg(
                    plugin: answer.plugin, periodTotals: before, acceptedMinor: answer.acceptedMinor,
                    earning: answer.earning)
            }
            pinned = PinnedDecision(decision, settled: settled)
            self.plugins = plugins
        }
    }

    /// Sums by bucket: a program's money, accepted money and earning in each unit, and the rest.
    private struct Books: Equatable {
        var sums: [String: Int64] = [:]

        mutating func add(_ value: Int64, _ bucket: String) {
            let sum = (sums[bucket] ?? 0) + value
            sums[bucket] = sum == 0 ? nil : sum
        }

        mutating func add(_ takeback: Takeback) {
            for leg in takeback.legs {
                add(leg.amountMinor, "\(leg.programID) amount")
                add(leg.acceptedMinor, "\(leg.programID) accepted")
                add(leg.micro, "\(leg.programID) \(leg.earning?.unit == .points ? "points" : "value")")
            }
            add(takeback.excludedMinor, "excluded")
            add(takeback.heldMinor, "held")
        }

        /// What a spend granted, from what is stored of it.
        init(of pinned: PinnedDecision) {
            for leg in pinned.decision.legs {
                let settled = leg.status == .parked ? pinned.settled[leg.programID] : nil
                let earning = settled?.earning ?? leg.earning
                add(leg.amountMinor, "\(leg.programID) amount")
                add(
                    settled?.acceptedMinor ?? (leg.status == .parked ? 0 : leg.amountMinor), "\(leg.programID) accepted"
                )
                add(earning?.micro ?? 0, "\(leg.programID) \(earning?.unit == .points ? "points" : "value")")
            }
            add(pinned.decision.excludedMinor, "excluded")
            add(pinned.decision.heldMinor, "held")
        }

        init() {}
    }

    @Test(
        "every partition of a full refund, with parts undone in between, ends at zero for every bucket",
        arguments: 0..<40)
    func telescopes(round: Int) throws {
        for step in 0..<20 {
            let seed = UInt64(7_000_000 + round * 1000 + step)
            var random = SeededGenerator(seed: seed)
            let scene = try Scene(&random)
            var books = Books(of: scene.pinned)
            let granted = books
            var cuts = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                Int64.random(in: 0...scene.amount, using: &random)
            }
            cuts = Array(Set(cuts + [0, scene.amount])).sorted()
            let parts = zip(cuts, cuts.dropFirst()).map { $1 - $0 }
            var standing = [Bool](repeating: false, count: parts.count)
            var refunded: Int64 = 0
            func toggle(_ part: Int) throws {
                let after = refunded + (standing[part] ? -parts[part] : parts[part])
                let takeback = try scene.plugins.takeback(
                    from: scene.pinned, refundedBefore: refunded, refundedAfter: after, tables: Self.tables)
                let moved = takeback.legs.reduce(takeback.excludedMinor + takeback.heldMinor) { $0 + $1.amountMinor }
                #expect(moved == after - refunded, "seed \(seed)")
                var taken = Books()
                taken.add(takeback)
                for (bucket, value) in taken.sums { books.add(-value, bucket) }
                refunded = after
                standing[part].toggle()
                #expect(books.sums.values.allSatisfy { $0 >= 0 }, "seed \(seed) at \(refunded): \(books)")
            }
            for _ in 0..<8 { try toggle(Int.random(in: parts.indices, using: &random)) }
            for part in parts.indices.shuffled(using: &random) where !standing[part] { try toggle(part) }
            #expect(refunded == scene.amount && books == Books(), "seed \(seed): \(books)")
            for part in parts.indices.shuffled(using: &random) { try toggle(part) }
            #expect(refunded == 0 && books == granted, "seed \(seed): \(books) not \(granted)")
        }
    }

    @Test("a refund unit by unit never gives a unit back twice, and asks only plugins it has named", arguments: 0..<10)
    func unitByUnit(round: Int) throws {
        let seed = UInt64(7_900_000 + round)
        var random = SeededGenerator(seed: seed)
        let scene = try Scene(&random)
        var books = Books()
        let units = min(scene.amount, 300)
        for refunded in 0..<units {
            let named = try scene.pinned.plugins(
                refundedBefore: refunded, refundedAfter: refunded + 1, tables: Self.tables)
            let takeback = try scene.pinned.takeback(
                refundedBefore: refunded, refundedAfter: refunded + 1, tables: Self.tables
            ) { (offer) throws(LegFault) -> LegAnswer in
                #expect(named[offer.programID] == scene.plugins[offer.programID]?.identity, "seed \(seed)")
                return try scene.plugins.answer(offer, input: scene.pinned.decision.input)
            }
            let amounts = takeback.legs.map(\.amountMinor) + [takeback.excludedMinor, takeback.heldMinor]
            #expect(amounts.filter { $0 != 0 } == [1], "seed \(seed) at \(refunded)")
            books.add(takeback)
        }
        var direct = Books()
        direct.add(
            try scene.plugins.takeback(
                from: scene.pinned, refundedBefore: 0, refundedAfter: units, tables: Self.tables))
        #expect(books == direct, "seed \(seed)")
    }

    @Test("a plugin that is not in the build, or not in the pinned configuration, holds a part and not the whole")
    func unavailable() throws {
        let registry = try PluginFolders.registry()
        func flat(_ version: Int64) throws -> PluginSet {
            PluginSet([
                try registry.install(
                    programID: "prg_a", plugin: "flat-rate", configuration: ["pointsPerMajorUnit": "1"],
                    configurationVersion: version)
            ])
        }
        let decision = try SpendDecision.decide(
            DecisionRequest(
                input: SpendInput(
                    spendID: "spd_1", cardID: "crd_1",
                    purchase: Purchase(
                        amount: Money(currency: try CurrencyCode("EUR"), minorUnits: 1000), occurredAtMicros: 0)),
                preferenceVersion: 1, weights: try WeightVector([("prg_a", 1)]), runningTotal: 0),
            tables: Self.tables, plugins: try flat(1))
        let pinned = PinnedDecision(decision)
        for set in [PluginSet.empty, try flat(2)] {
            let error = #expect(throws: TakebackError.self) {
                try set.takeback(from: pinned, refundedBefore: 0, refundedAfter: 1, tables: Self.tables)
            }
            #expect(error?.kind == .pluginUnavailable)
            let whole = try set.takeback(from: pinned, refundedBefore: 0, refundedAfter: 1000, tables: Self.tables)
            #expect(whole.legs.map(\.micro) == [10_000_000])
        }
    }
}
