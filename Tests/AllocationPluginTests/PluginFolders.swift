import AllocationPlugin
import AllocationPlugins
import Foundation
import PluginRuntime
import Rewards

/// The folders of `plugins/` as they are in the tree.
enum PluginFolders {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("plugins")

    static let names = allocationPlugins.map { $0.name }

    static func registry() throws -> PluginRegistry { try PluginRegistry(allocationPlugins) }

    static func text(_ name: String, _ file: String) throws -> String {
        String(
            decoding: try Data(contentsOf: root.appendingPathComponent(name).appendingPathComponent(file)),
            as: UTF8.self)
    }

    static func cases(_ name: String) throws -> [GoldenCase] {
        let document = try JSONValue(parsing: try text(name, "cases.json"))
        return try (document["cases"]?.array ?? []).map { try GoldenCase($0) }
    }

    /// Every configuration of a plugin's golden cases that it must accept, each once.
    static func configurations(_ name: String) throws -> [JSONValue] {
        let accepted = try cases(name).filter { $0.configurationErrorAt == nil }.map(\.configuration)
        return Array(Set(accepted)).sorted { $0.canonicalText < $1.canonicalText }
    }
}

struct MalformedCase: Error {
    let name: String
}

/// One case of a plugin's `cases.json`.
struct GoldenCase {
    let name: String
    let configuration: JSONValue
    let request: AllocationRequest?
    let answer: AllocationAnswer?
    /// What a plugin that asks for fixed parts asks for.
    let fixedMinor: Int64?
    let error: String?
    let configurationErrorAt: String?

    init(_ document: JSONValue) throws {
        let name = document["name"]?.string ?? "a case without a name"
        guard let configuration = document["configuration"], let expect = document["expect"] else {
            throw MalformedCase(name: name)
        }
        self.name = name
        self.configuration = configuration
        request = try document["request"].map { try Self.request($0, name) }
        fixedMinor = expect["fixed"]?.int64
        error = expect["error"]?.string
        configurationErrorAt = expect["configurationErrorAt"]?.string
        answer = try expect["accepted"]?.int64.map { try Self.answer($0, expect, name) }
        let outcomes = [error != nil, configurationErrorAt != nil, answer != nil].filter { $0 }.count
        guard outcomes == 1, (request == nil) == (configurationErrorAt != nil) else { throw MalformedCase(name: name) }
    }

    private static func request(_ document: JSONValue, _ name: String) throws -> AllocationRequest {
        let known: Set = [
            "share", "whole", "currency", "mcc", "merchant", "country", "occurredAt", "attributes", "periodTotals",
        ]
        guard let object = document.object, object.members.allSatisfy({ known.contains($0.name) }),
            let share = document["share"]?.int64
        else { throw MalformedCase(name: name) }
        var attributes: [String: String] = [:]
        for member in document["attributes"]?.object?.members ?? [] { attributes[member.name] = member.value.string }
        return AllocationRequest(
            shareMinor: share,
            of: Purchase(
                amount: Money(
                    currency: try CurrencyCode(document["currency"]?.string ?? "EUR"),
                    minorUnits: document["whole"]?.int64 ?? share), merchantCategoryCode: document["mcc"]?.string ?? "",
                merchantName: document["merchant"]?.string ?? "", merchantCountry: document["country"]?.string ?? "",
                occurredAtMicros: document["occurredAt"]?.int64 ?? 0, cardAttributes: attributes),
            periodTotals: PeriodTotals(
                acceptedMinor: document["periodTotals"]?["accepted"]?.int64 ?? 0,
                earnedMicro: document["periodTotals"]?["earned"]?.int64 ?? 0))
    }

    private static func answer(_ accepted: Int64, _ expect: JSONValue, _ name: String) throws -> AllocationAnswer {
        let points = expect["microPoints"]?.int64.map { Earning.points(MicroPoints($0)) }
        guard let earning = points ?? expect["microMinor"]?.int64.map({ Earning.value(microMinor: $0) }),
            let rows = expect["adjustments"]?.array
        else { throw MalformedCase(name: name) }
        let adjustments = try rows.map { row -> Adjustment in
            guard let cells = row.array, cells.count == 3, let effect = cells[0].string.flatMap(Adjustment.Effect.init),
                let reason = cells[1].string, let amount = cells[2].int64
            else { throw MalformedCase(name: name) }
            return Adjustment(effect, reason: reason, amountMinor: amount)
        }
        return AllocationAnswer(acceptedMinor: accepted, earning: earning, adjustments: adjustments)
    }
}
