import Foundation
import Rewards
import Testing

@testable import multibrand

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("The chart of fairness")
struct FairnessChartTests {
    private static func simulation(
        _ parts: [Int], purchases: Int = 3000, seed: UInt64 = 1
    ) throws -> FairnessSimulation {
        let weights = try WeightVector(parts.enumerated().map { (programID: "program-\($0 + 10)", parts: $1) })
        return try FairnessSimulation(weights: weights, purchaseCount: purchases, seed: seed)
    }

    @Test(
        "the quota method stays below one minor unit after every purchase; the others leave it",
        arguments: [[50, 30, 20], [2, 1], [1, 1, 1], [97, 2, 1], [7, 5, 3, 2, 1]])
    func quotaIsBounded(parts: [Int]) throws {
        let simulation = try Self.simulation(parts)
        let quota = try #require(simulation.curves[.quota])
        #expect(quota.map(\.error).allSatisfy { $0 < simulation.partsSum }, "seed 1")
        #expect(quota.last?.purchase == 3000)
        #expect(try #require(simulation.finalErrors[.leftoversToFirst]) > 500 * simulation.partsSum, "seed 1")
        let remainder = try #require(simulation.curves[.largestRemainder]).map(\.error).max() ?? 0
        #expect(remainder >= simulation.partsSum, "seed 1")
    }

    @Test(
        "every method splits every amount whole",
        arguments: SplitMethod.allCases)
    func splitsWhole(method: SplitMethod) throws {
        let weights = try WeightVector([("a", 5), ("b", 3), ("c", 2)])
        let table = try Apportionment(weights)
        for amount in Int64(1)...200 {
            let legs = try method.legs(of: amount, after: 17, parts: [5, 3, 2], table)
            #expect(legs.reduce(0, +) == amount && legs.allSatisfy { $0 >= 0 })
        }
        let expected: [SplitMethod: [Int64]] = [
            .largestRemainder: [1, 1, 1], .leftoversToFirst: [3, 0, 0],
        ]
        if let legs = expected[method] { #expect(try method.legs(of: 3, after: 0, parts: [5, 3, 2], table) == legs) }
    }

    @Test("the drawing is well-formed XML with its axes, legend and curves, and quota's curve keeps under the bound")
    func drawing() throws {
        let svg = FairnessChart(try Self.simulation([50, 30, 20])).svg
        let reader = DrawingReader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(Set(reader.curves.keys) == Set(SplitMethod.allCases.map { "curve-\($0.rawValue)" }))
        let bound = try #require(reader.boundY)
        let quota = try #require(reader.curves["curve-quota"])
        // Down is less: the y axis of SVG points down.
        #expect(quota.count > 300 && quota.allSatisfy { $0.y >= bound })
        let first = try #require(reader.curves["curve-leftovers-to-first"])
        #expect(first.suffix(100).allSatisfy { $0.y < bound - 50 })
        for curve in reader.curves.values {
            #expect(curve.allSatisfy { (92...932).contains($0.x) && (148...484).contains($0.y) })
            #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.x < $1.x })
        }
        for text in ["purchases of one card", "minor units away from the exact share", "3,000", "10", "0.1"] {
            #expect(reader.texts.contains(text), "\(text)")
        }
        #expect(SplitMethod.allCases.allSatisfy { reader.texts.contains($0.title) })
    }

    @Test("the chart of the documentation is what the command draws")
    func documented() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let committed = try Data(contentsOf: root.appendingPathComponent("docs/fairness.svg"))
        let drawn = FairnessChart(try Self.simulation([50, 30, 20], purchases: 20_000)).svg
        #expect(
            drawn == String(decoding: committed, as: UTF8.self), "run multibrand chart fairness --out docs/fairness.svg"
        )
        let page = try String(contentsOf: root.appendingPathComponent("docs/apportionment.md"), encoding: .utf8)
        #expect(page.contains("](fairness.svg)"))
    }
}

/// What a test looks for in the drawing.
private final class DrawingReader: NSObject, XMLParserDelegate {
    var curves: [String: [(x: Double, y: Double)]] = [:]
    var boundY: Double?
    var texts: Set<String> = []
    private var text = ""

    func parser(
        _: XMLParser, didStartElement element: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes: [String: String]
    ) {
        text = ""
        if element == "polyline", let id = attributes["id"], let points = attributes["points"] {
            curves[id] = points.split(separator: " ").map { point in
                let place = point.split(separator: ",").compactMap { Double($0) }
                return (place.first ?? -1, place.last ?? -1)
            }
        }
        if attributes["id"] == "bound" { boundY = attributes["y1"].flatMap { Double($0) } }
    }

    func parser(_: XMLParser, foundCharacters characters: String) { text += characters }

    func parser(_: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?) {
        if !text.isEmpty { texts.insert(text) }
        text = ""
    }
}
