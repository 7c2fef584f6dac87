import AllocationPlugin
import AllocationPlugins
import PluginRuntime
import Rewards
import Testing

@Suite("The host around plugins")
struct PluginHostTests {
    private static func input(_ spendID: String = "spd_1", amount: Int64 = 1000, code: String = "5411") throws
        -> SpendInput
    {
        SpendInput(
            spendID: spendID, cardID: "crd_1",
            purchase: Purchase(
                amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount), merchantCategoryCode: code,
                occurredAtMicros: 1_700_000_000_000_000))
    }

    /// Installs a rule whose plugin type answers from the configuration's own words.
    private static func install(_ answer: String) throws -> InstalledPlugin {
        try PluginRegistry([MisbehavingPlugin.self]).install(
            programID: "prg_a", plugin: "misbehaving", configuration: .string(answer), configurationVersion: 1)
    }

    @Test(
        "an answer that breaks the contract parks the leg with its reason, whole and unearned",
        arguments: [
            ("too much", "PLUGIN_ACCEPTED_OUT_OF_BOUNDS"), ("negative", "PLUGIN_EARNING_NEGATIVE"),
            ("on nothing", "PLUGIN_EARNING_ON_NOTHING"), ("unnamed", "PLUGIN_ADJUSTMENTS_DO_NOT_SUM"),
            ("words", "PLUGIN_ADJUSTMENT_MALFORMED"), ("many", "PLUGIN_ADJUSTMENT_MALFORMED"), ("throw", "NO_MOOD"),
            ("throw words", "PLUGIN_FAILED"),
        ])
    func parks(answer: String, reason: String) throws {
        let set = PluginSet([try Self.install(answer)])
        let request = DecisionRequest(
            input: try Self.input(), preferenceVersion: 1, weights: try WeightVector([("prg_a", 1)]), runningTotal: 0)
        let decision = try SpendDecision.decide(request, tables: ApportionmentCache(), plugins: set)
        try decision.check()
        #expect(decision.legs.map(\.faultReason) == [reason])
        #expect(decision.legs.map(\.amountMinor) == [1000])
        #expect(decision.legs.map(\.earnedMicro) == [0])
        #expect(decision.legs.first?.plugin?.plugin == "misbehaving@2.0.0")
    }

    @Test(
        "a fixed part is carved out in the order of the programs, and what the other programs share is what is left",
        arguments: [
            (["fixed", "none", "fixed all"], [300, 0, 700], [300, 0, 700]),
            (["none", "fixed", "none"], [0, 300, 0], [234, 533, 233]),
            (["fixed all", "fixed", "fixed"], [1000, 0, 0], [1000, 0, 0]),
            (["fixed", "fixed", "fixed"], [300, 300, 300], [334, 333, 333]),
        ] as [([String], [Int64], [Int64])])
    func fixedParts(wishes: [String], fixed: [Int64], offered: [Int64]) throws {
        let registry = try PluginRegistry([MisbehavingPlugin.self])
        let names = ["prg_a", "prg_b", "prg_c"]
        let set = PluginSet(
            try zip(names, wishes).map { programID, wish in
                try registry.install(
                    programID: programID, plugin: "misbehaving", configuration: .string(wish), configurationVersion: 1)
            })
        let request = DecisionRequest(
            input: try Self.input(), preferenceVersion: 1, weights: try WeightVector(names.map { ($0, 1) }),
            runningTotal: 0)
        let decision = try SpendDecision.decide(request, tables: ApportionmentCache(), plugins: set)
        try decision.check()
        #expect(decision.certificate.fixed == fixed)
        #expect(decision.certificate.totalAfter == 1000 - fixed.reduce(0, +))
        #expect(names.indices.map { decision.certificate.offeredMinor(toProgramAt: $0) } == offered)
        #expect(decision.legs.map(\.offeredMinor) == offered.filter { $0 > 0 })
    }

    @Test(
        "a plugin that fails when asked for its fixed part gets none, and its leg is parked with the reason",
        arguments: [("fixed negative", "PLUGIN_FIXED_PART_NEGATIVE"), ("fixed throw", "NO_MOOD")])
    func parksFixedPart(wish: String, reason: String) throws {
        let set = PluginSet([try Self.install(wish)])
        let request = DecisionRequest(
            input: try Self.input(), preferenceVersion: 1, weights: try WeightVector([("prg_a", 1)]), runningTotal: 0)
        let decision = try SpendDecision.decide(request, tables: ApportionmentCache(), plugins: set)
        try decision.check()
        #expect(decision.certificate.fixed.isEmpty)
        #expect(decision.legs.map(\.faultReason) == [reason])
        #expect(decision.legs.map(\.amountMinor) == [1000])
        #expect(decision.legs.first?.plugin?.plugin == "misbehaving@2.0.0")
    }

    @Test("a fixed part that changes from one question to the next is found on the sampled spends")
    func fixedPartDeterminism() throws {
        let plugin = try Self.install("fixed memory")
        let caught = try (0..<2000).filter { number in
            let input = try Self.input("spd_\(number)")
            do throws(LegFault) {
                _ = try plugin.fixedMinor(ofWhole: 1000, input: input)
                return false
            } catch {
                return error.reason == "PLUGIN_NOT_DETERMINISTIC"
            }
        }
        #expect((10...80).contains(caught.count))
    }

    @Test("a plugin with a memory is found on the sampled spends, and the same spends are sampled every time")
    func determinism() throws {
        let plugin = try Self.install("memory")
        let offer = LegOffer(programIndex: 0, programID: "prg_a", shareMinor: 1000, wholeMinor: 1000)
        let inputs = try (0..<2000).map { try Self.input("spd_\($0)") }
        func caught() -> [Int] {
            inputs.indices.filter { index in
                do throws(LegFault) {
                    _ = try plugin.answer(offer, input: inputs[index])
                    return false
                } catch {
                    #expect(error.reason == "PLUGIN_NOT_DETERMINISTIC")
                    return true
                }
            }
        }
        let first = caught()
        #expect((10...80).contains(first.count))
        #expect(caught() == first)
    }

    @Test("a program without a plugin parks its leg")
    func notConfigured() throws {
        let request = DecisionRequest(
            input: try Self.input(), preferenceVersion: 1, weights: try WeightVector([("prg_x", 1)]), runningTotal: 0)
        let decision = try SpendDecision.decide(request, tables: ApportionmentCache(), plugins: .empty)
        #expect(decision.legs.map(\.faultReason) == ["PLUGIN_NOT_CONFIGURED"])
        #expect(decision.legs.first?.plugin == nil)
        #expect(try Decision(canonicalBytes: decision.canonicalBytes()) == decision)
    }

    @Test("a digest pins name, version and configuration, and not the configuration's layout")
    func digests() throws {
        let one = try JSONValue(parsing: #"{"pointsPerMajorUnit":"1","a":[1,2]}"#)
        let laidOut = try JSONValue(parsing: "{ \"a\" : [1, 2],\n \"pointsPerMajorUnit\" : \"1\" }")
        let digest = PluginDigest.of(plugin: "flat-rate", version: "1.0.0", configuration: one)
        #expect(digest.utf8.count == 64)
        #expect(PluginDigest.of(plugin: "flat-rate", version: "1.0.0", configuration: laidOut) == digest)
        #expect(PluginDigest.of(plugin: "flat-rate", version: "1.0.1", configuration: one) != digest)
        #expect(PluginDigest.of(plugin: "flat-rat", version: "e1.0.0", configuration: one) != digest)
        #expect(PluginDigest.of(plugin: "flat-rate", version: "1.0.0", configuration: ["a": [1, 2]]) != digest)
    }

    @Test("what cannot be installed is refused by kind")
    func installErrors() throws {
        let registry = try PluginFolders.registry()
        func kind(_ name: String, version: String? = nil, _ configuration: JSONValue) -> PluginInstallError.Kind? {
            do throws(PluginInstallError) {
                _ = try registry.install(
                    programID: "p", plugin: name, version: version, configuration: configuration,
                    configurationVersion: 1)
                return nil
            } catch { return error.kind }
        }
        #expect(kind("flat-rate", ["pointsPerMajorUnit": "1"]) == nil)
        #expect(kind("flat-rate", version: "1.0.0", ["pointsPerMajorUnit": "1"]) == nil)
        #expect(kind("flat-rate", version: "0.9.0", ["pointsPerMajorUnit": "1"]) == .versionAbsent)
        #expect(kind("flat", ["pointsPerMajorUnit": "1"]) == .unknown)
        #expect(kind("flat-rate", [:]) == .configurationInvalid)
        #expect(throws: PluginInstallError.self) { try PluginRegistry([FlatRatePlugin.self, FlatRatePlugin.self]) }
    }

    @Test("a snapshot keeps one plugin for each program and is replaced as a whole")
    func snapshots() throws {
        let registry = try PluginFolders.registry()
        func plugin(_ program: String, _ rate: JSONValue, _ version: Int64) throws -> InstalledPlugin {
            try registry.install(
                programID: program, plugin: "flat-rate", configuration: ["pointsPerMajorUnit": rate],
                configurationVersion: version)
        }
        let set = PluginSet([try plugin("a", "1", 1), try plugin("b", "1", 4), try plugin("b", "2", 3)])
        #expect(set.programIDs == ["a", "b"])
        #expect(set["b"]?.identity.configurationVersion == 4)
        let changed = set.replacing(try plugin("a", "3", 2))
        #expect(changed["a"]?.identity.configurationVersion == 2)
        #expect(set["a"]?.identity.configurationVersion == 1)
        #expect(set.period(forProgram: "a") == nil)
        let capped = try registry.install(
            programID: "c", plugin: "capped-tiers", configuration: ["tiers": [["rate": "1"]]], configurationVersion: 1)
        #expect(set.replacing(capped).period(forProgram: "c") == .calendarMonth)
    }

    @Test("three programs, three plugins: refused and capped parts are offered on, and a replay gives the same bytes")
    func threePlugins() throws {
        let registry = try PluginFolders.registry()
        let set = PluginSet([
            try registry.install(
                programID: "prg_a", plugin: "flat-rate", configuration: ["pointsPerMajorUnit": "1.5"],
                configurationVersion: 1),
            try registry.install(
                programID: "prg_b", plugin: "category", configuration: ["categories": "2026-11", "defaultRate": "2"],
                configurationVersion: 1),
            try registry.install(
                programID: "prg_c", plugin: "capped-tiers",
                configuration: ["tiers": [["rate": "4"]], "cap": ["on": "spending", "limit": 10, "beyond": "refuse"]],
                configurationVersion: 1),
        ])
        // 90.00 EUR of cash in equal shares of 30.00: b refuses its 30.00, c has 2.00 left under its cap, a takes the
        // rest.
        let request = DecisionRequest(
            input: try Self.input(amount: 9000, code: "6011"), preferenceVersion: 1,
            weights: try WeightVector([("prg_a", 1), ("prg_b", 1), ("prg_c", 1)]), runningTotal: 0,
            periodTotals: [nil, nil, PeriodTotals(acceptedMinor: 800, earnedMicro: 32_000_000)])
        let decision = try SpendDecision.decide(request, tables: ApportionmentCache(), plugins: set)
        try decision.check()
        #expect(decision.legs.map(\.amountMinor) == [8800, 0, 200])
        #expect(decision.legs.map(\.earnedMicro) == [132_000_000, 0, 8_000_000])
        #expect(decision.legs[1].adjustments == [Adjustment(.refused, reason: "EXCLUDED_CASH", amountMinor: 3000)])
        let stored = try Decision(canonicalBytes: decision.canonicalBytes())
        let again = try SpendDecision.decide(stored.request, tables: ApportionmentCache(), plugins: set)
        #expect(again.canonicalBytes() == decision.canonicalBytes())
    }
}

/// Answers as its configuration, a single string, tells it to.
struct MisbehavingPlugin: FixedPartPlugin {
    static let name = "misbehaving"
    static let version = "2.0.0"
    static let summary = "Answers wrongly on demand."
    static let configurationSchema = #"{"type":"string"}"#

    private let wish: String
    private let memory = Memory()

    init(configuration: JSONValue) throws(PluginConfigurationError) {
        wish = configuration.string ?? ""
    }

    func fixedMinor(_ purchase: Purchase) throws(AllocationError) -> Int64 {
        switch wish {
        case "fixed negative": -1
        case "fixed throw": throw AllocationError(reason: "NO_MOOD", description: "not today")
        case "fixed memory": memory.next()
        case "fixed": 300
        case "fixed all": Int64.max
        default: 0
        }
    }

    func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        guard !wish.hasPrefix("fixed") else { return Answers.points(request, request.shareMinor) }
        let share = request.shareMinor
        switch wish {
        case "too much": return AllocationAnswer(acceptedMinor: share + 1, earning: .points(.zero))
        case "negative": return Answers.points(request, -1)
        case "on nothing": return Answers.part(request, 0, 5)
        case "unnamed": return AllocationAnswer(acceptedMinor: share - 1, earning: .points(.zero))
        case "words":
            return AllocationAnswer(
                acceptedMinor: share, earning: .points(.zero),
                adjustments: [Adjustment(.rated, reason: "a nice day", amountMinor: 1)])
        case "many":
            return AllocationAnswer(
                acceptedMinor: share, earning: .points(.zero),
                adjustments: [Adjustment](repeating: Adjustment(.rated, reason: "A", amountMinor: 1), count: 17))
        case "throw": throw AllocationError(reason: "NO_MOOD", description: "not today")
        case "throw words": throw AllocationError(reason: "not today", description: "not today")
        default: return Answers.points(request, memory.next())
        }
    }
}
