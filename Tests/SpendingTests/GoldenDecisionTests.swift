import AllocationPlugins
import Foundation
import PluginRuntime
import Rewards
import Testing

@testable import Spending

/// A log of decisions kept in the repository: whatever is changed, old decisions must come out byte for byte (I-9, N8).
///
/// `Tests/Golden/decisions.jsonl` has one decision a line, in canonical form; `fixed-parts.jsonl` those with fixed
/// parts. A change of a log is a change of the past: it is written again, with `MULTIBRAND_WRITE_GOLDEN=1`, only to add
/// decisions.
@Suite("Golden decisions")
struct GoldenDecisionTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden")
    private static let log = folder.appendingPathComponent("decisions.jsonl")
    private static let fixedPartLog = folder.appendingPathComponent("fixed-parts.jsonl")

    /// The configurations that the log's decisions pin; `prg_e` has none, so its legs are parked.
    private static func plugins() throws -> [InstalledPlugin] {
        let registry = try PluginRegistry(allocationPlugins)
        func install(_ programID: String, _ plugin: String, _ configuration: String) throws -> InstalledPlugin {
            try registry.install(
                programID: programID, plugin: plugin, configuration: try JSONValue(parsing: configuration),
                configurationVersion: 3)
        }
        return [
            try install("prg_a", "flat-rate", #"{"pointsPerMajorUnit":"1.25"}"#),
            try install(
                "prg_b", "category",
                #"{"categories":"2026-11","defaultRate":"1","rates":[{"name":"PARTNERS","codes":["5811-5813"],"#
                    + #""rate":"5"}]}"#
            ),
            try install(
                "prg_c", "capped-tiers",
                #"{"tiers":[{"upTo":1000,"rate":"2"},{"rate":"1"}],"cap":{"on":"earning","limit":2500,"#
                    + #""beyond":"refuse"}}"#
            ),
            try install(
                "prg_d", "capped-tiers",
                #"{"mode":"value","tiers":[{"rate":"0.333333"}],"cap":{"on":"spending","limit":300,"beyond":"absorb"}}"#
            ),
            try install("prg_f", "fixed-amount", #"{"fixedMinor":50,"atLeastMinor":500,"pointsPerMajorUnit":"1"}"#),
            try install("prg_g", "fixed-amount", #"{"fixedMinor":1999,"percentBack":"0.75"}"#),
        ]
    }

    @Test("every decision of the log, made again, has the same bytes")
    func replay() throws {
        let kinds = try kinds(replaying: Self.log, Self.mixtures, seed: 20_261_121)
        let wanted: Set = [
            "earned", "parked", "refused", "unearned", "rated", "no links", "refused by all", "period",
            "value past 2^53",
        ]
        #expect(wanted.subtracting(kinds) == [], "the log must hold every kind of decision")
        #expect(!kinds.contains("fixed"))
    }

    @Test("every decision of the log of fixed parts, made again, has the same bytes")
    func replayFixedParts() throws {
        let kinds = try kinds(replaying: Self.fixedPartLog, Self.fixedPartMixtures, seed: 20_261_122)
        let wanted: Set = [
            "earned", "parked", "refused", "rated", "period", "fixed", "nothing but fixed", "no fixed",
            "value past 2^53",
        ]
        #expect(wanted.subtracting(kinds) == [], "the log must hold every kind of decision")
    }

    /// Replays a log and tells which kinds of decisions it holds.
    private func kinds(replaying log: URL, _ mixtures: [[(String, Int)]], seed: UInt64) throws -> Set<String> {
        let installed = try Self.plugins()
        if ProcessInfo.processInfo.environment["MULTIBRAND_WRITE_GOLDEN"] != nil {
            try Self.write(log, mixtures, seed: seed, installed)
        }
        let keyed = Dictionary(
            installed.map {
                (ReplayedSpend.PinnedKey(programID: $0.programID, configurationVersion: 3), $0)
            }
        ) { first, _ in first }
        let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.count >= 190)
        var kinds: Set<String> = []
        for (number, line) in lines.enumerated() {
            let bytes = Array(line.utf8)
            let decision = try Decision(canonicalBytes: bytes)
            let row = ReplayStore.Row(
                isRelease: false,
                spendNumber: Int64(number), cardID: decision.input.cardID, spendID: decision.input.spendID,
                decision: bytes, movements: [], settledLate: [])
            let again = ReplayedSpend(row, decision, plugins: keyed, tables: ApportionmentCache())
            #expect(again.isIdentical, "line \(number + 1): \(again.findings.map(\.description))")
            kinds.formUnion(Self.kinds(of: decision))
        }
        return kinds
    }

    @Test("a changed byte of the log is found", arguments: [Self.log, Self.fixedPartLog])
    func changedByte(log: URL) throws {
        let installed = try Self.plugins()
        let keyed = Dictionary(
            installed.map { (ReplayedSpend.PinnedKey(programID: $0.programID, configurationVersion: 3), $0) }
        ) { first, _ in first }
        let line = try #require(String(contentsOf: log, encoding: .utf8).split(separator: "\n").dropFirst(7).first)
        let bytes = Array(line.utf8)
        for place in bytes.indices where (0x30...0x39).contains(bytes[place]) {
            var changed = bytes
            changed[place] = changed[place] == 0x39 ? 0x31 : changed[place] + 1
            let decision = try? Decision(canonicalBytes: changed)
            // A changed input is another purchase, which decides to other bytes or to itself; the columns tell which.
            guard let decision, decision.request == (try? Decision(canonicalBytes: bytes).request) else { continue }
            let row = ReplayStore.Row(
                isRelease: false,
                spendNumber: 7, cardID: "", spendID: "", decision: changed, movements: [], settledLate: [])
            #expect(
                ReplayedSpend(row, decision, plugins: keyed, tables: ApportionmentCache()).findings.isEmpty == false,
                "byte \(place)")
        }
    }

    private static func kinds(of decision: Decision) -> Set<String> {
        var kinds: Set<String> = []
        for leg in decision.legs {
            kinds.insert(leg.status == .earned ? "earned" : "parked")
            if leg.periodTotals != nil, leg.periodTotals != .zero { kinds.insert("period") }
            for adjustment in leg.adjustments {
                switch adjustment.effect {
                case .refused: kinds.insert("refused")
                case .unearned: kinds.insert("unearned")
                case .rated: kinds.insert("rated")
                }
            }
        }
        switch decision.remainderRule {
        case .noLinks: kinds.insert("no links")
        case .refusedByAll: kinds.insert("refused by all")
        case nil: break
        }
        if decision.certificate.totalAfter > 1 << 53 { kinds.insert("value past 2^53") }
        kinds.insert(decision.certificate.fixed.isEmpty ? "no fixed" : "fixed")
        if decision.certificate.shares.allSatisfy({ $0 == 0 }) { kinds.insert("nothing but fixed") }
        return kinds
    }

    private static let mixtures: [[(String, Int)]] = [
        [], [("prg_a", 1)], [("prg_b", 1)], [("prg_c", 1)], [("prg_a", 3), ("prg_b", 2), ("prg_c", 1)],
        [("prg_b", 1), ("prg_c", 1)], [("prg_a", 997), ("prg_c", 9001), ("prg_d", 2)],
        [("prg_a", 1), ("prg_d", 1), ("prg_e", 1)],
    ]

    private static let fixedPartMixtures: [[(String, Int)]] = [
        [("prg_f", 1)], [("prg_a", 2), ("prg_f", 1), ("prg_g", 1)], [("prg_b", 3), ("prg_c", 5), ("prg_f", 1)],
        [("prg_e", 2), ("prg_f", 7), ("prg_g", 1)], [], [],
        [("prg_a", 997), ("prg_f", 9001), ("prg_g", 2)],
    ]

    /// Makes a log: every mixture of programs, with running totals and period totals carried on.
    private static func write(
        _ log: URL, _ mixtures: [[(String, Int)]], seed: UInt64, _ installed: [InstalledPlugin]
    ) throws {
        let plugins = PluginSet(installed)
        var random = SeededGenerator(seed: seed)
        var lines = ""
        for (mixture, shares) in mixtures.enumerated() {
            let weights = try WeightVector(shares.map { (programID: $0.0, parts: $0.1) })
            var total: Int64 = mixture == 6 ? (1 << 53) + 12_345 : 0
            var periods = weights.programIDs.map { plugins.period(forProgram: $0) == nil ? nil : PeriodTotals.zero }
            for number in 0..<48 {
                let amount = Int64.random(in: 1...(number % 9 == 0 ? 5_000_000 : 25_000), using: &random)
                let codes = ["5411", "6011", "3000", "5812", "5541", ""]
                let input = SpendInput(
                    spendID: "golden-\(mixture)-\(number)", cardID: "card-\(mixture)",
                    purchase: Purchase(
                        amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount),
                        merchantCategoryCode: codes[Int.random(in: 0..<codes.count, using: &random)],
                        merchantName: number % 5 == 0 ? "Caf\u{E9} \"Nr. \(number)\"\t\\" : "Shop \(number)",
                        merchantCountry: number % 2 == 0 ? "DE" : "",
                        occurredAtMicros: 1_780_000_000_000_000 + Int64(number) * 90_000_000_000))
                let request = DecisionRequest(
                    input: input, preferenceVersion: Int64(mixture), weights: weights, runningTotal: total,
                    periodTotals: periods)
                let decision = try SpendDecision.decide(request, tables: ApportionmentCache(), plugins: plugins)
                total = decision.certificate.totalAfter
                for leg in decision.legs {
                    guard let index = weights.index(of: leg.programID), let before = periods[index] else { continue }
                    periods[index] = PeriodTotals(
                        acceptedMinor: before.acceptedMinor + leg.amountMinor,
                        earnedMicro: before.earnedMicro + leg.earnedMicro)
                }
                lines += String(decoding: decision.canonicalBytes(), as: UTF8.self) + "\n"
            }
        }
        try Data(lines.utf8).write(to: log)
    }
}
