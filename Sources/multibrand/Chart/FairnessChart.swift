import Foundation

/// Draws a fairness simulation as one SVG that reads on light and on dark pages, and without colours.
///
/// The error's axis is logarithmic, since the methods differ by orders of magnitude. All coordinates are written with
/// one decimal, so that the same simulation gives the same bytes.
struct FairnessChart {
    private static let width = 960.0
    private static let height = 560.0
    private static let left = 92.0
    private static let right = 932.0
    private static let top = 148.0
    private static let bottom = 484.0
    /// The lowest error the axis shows, in minor units; smaller ones lie on it.
    private static let lowest = 0.1

    private let simulation: FairnessSimulation
    /// The power of ten at the top of the axis.
    private let highestPower: Int

    init(_ simulation: FairnessSimulation) {
        self.simulation = simulation
        let largest = simulation.curves.values.joined().map(\.error).max() ?? 0
        let units = Double(largest) / Double(simulation.partsSum)
        highestPower = max(Int(log10(max(units, 1)).rounded(.up)), 1)
    }

    /// The document.
    var svg: String {
        let parts = [
            head, grid, bound,
            SplitMethod.allCases.map(curve).joined(separator: "\n"), legend, "</svg>\n",
        ]
        return parts.joined(separator: "\n")
    }

    private var head: String {
        let shares = simulation.parts.map(String.init).joined(separator: " : ")
        let count = Self.grouped(Int64(simulation.purchaseCount))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 560" width="960" height="560" role="img" \
            aria-labelledby="title description" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, \
            sans-serif">
            <title id="title">Accumulated error of three ways to split \(count) purchases</title>
            <desc id="description">\(description)</desc>
            <style>
              .page { fill: #ffffff; } .ink { fill: #1d2733; } .soft { fill: #52606d; }
              .grid { stroke: #d9dee4; stroke-width: 1; } .axis { stroke: #52606d; stroke-width: 1.2; }
              .band { fill: #0b6fb8; fill-opacity: 0.09; } .bound { stroke: #0b6fb8; stroke-width: 1.2; \
            stroke-dasharray: 3 4; }
              .bound-text { fill: #095a95; }
              .curve { fill: none; stroke-width: 2.4; stroke-linejoin: round; stroke-linecap: round; }
              .quota { stroke: #0b6fb8; } .largest-remainder { stroke: #a65300; stroke-dasharray: 9 5; }
              .leftovers-to-first { stroke: #97295c; stroke-dasharray: 2 5; }
              text { font-size: 13px; } .title { font-size: 20px; font-weight: 650; } .number { font-variant-numeric: \
            tabular-nums; }
              @media (prefers-color-scheme: dark) {
                .page { fill: #0e151d; } .ink { fill: #e8eef4; } .soft { fill: #a9b6c3; }
                .grid { stroke: #26313d; } .axis { stroke: #a9b6c3; }
                .band { fill: #58b2f5; fill-opacity: 0.13; } .bound { stroke: #58b2f5; } .bound-text { fill: #8fcbf8; }
                .quota { stroke: #58b2f5; } .largest-remainder { stroke: #f2a65a; } .leftovers-to-first { stroke: \
            #ee86b4; }
              }
            </style>
            <rect class="page" width="960" height="560" rx="8"/>
            <text class="ink title" x="28" y="38">How far three ways to split drift from the exact shares</text>
            <text class="soft" x="28" y="60">\(count) purchases of 1 to \
            \(Self.grouped(FairnessSimulation.amountMax)) minor units in shares \(shares), seed \(simulation.seed); \
            the largest error of any program, logarithmic</text>
            """
    }

    private var description: String {
        let ends = SplitMethod.allCases.map { method in
            "\(method.title): \(units(simulation.finalErrors[method] ?? 0)) minor units"
        }
        return "The largest distance of any program from its exact share. After the last purchase, "
            + ends.joined(separator: "; ") + "."
    }

    /// Lines and labels of both axes.
    private var grid: String {
        var lines: [String] = []
        for power in -1...highestPower {
            let place = Self.coordinate(y(pow(10, Double(power))))
            let label = power < 0 ? "0.1" : Self.grouped((0..<power).reduce(Int64(1)) { value, _ in value * 10 })
            lines.append(#"<line class="grid" x1="92" y1="\#(place)" x2="932" y2="\#(place)"/>"#)
            lines.append(
                #"<text class="soft number" x="82" y="\#(place)" dy="4.5" text-anchor="end">\#(label)</text>"#)
        }
        for quarter in 0...4 {
            let purchase = simulation.purchaseCount * quarter / 4
            let place = Self.coordinate(x(purchase))
            lines.append(#"<line class="axis" x1="\#(place)" y1="484" x2="\#(place)" y2="490"/>"#)
            lines.append(
                #"<text class="soft number" x="\#(place)" y="508" text-anchor="\#(quarter == 4 ? "end" : "middle")">"#
                    + "\(Self.grouped(Int64(purchase)))</text>")
        }
        lines.append(#"<line class="axis" x1="92" y1="484" x2="932" y2="484"/>"#)
        lines.append(#"<line class="axis" x1="92" y1="148" x2="92" y2="484"/>"#)
        lines.append(#"<text class="ink" x="512" y="538" text-anchor="middle">purchases of one card</text>"#)
        lines.append(
            #"<text class="ink" x="22" y="316" text-anchor="middle" transform="rotate(-90 22 316)">"#
                + "minor units away from the exact share</text>")
        return lines.joined(separator: "\n")
    }

    /// What the quota method never leaves.
    private var bound: String {
        let place = Self.coordinate(y(1))
        let heightBelow = Self.coordinate(Self.bottom - y(1))
        return """
            <rect class="band" x="92" y="\(place)" width="840" height="\(heightBelow)"/>
            <line id="bound" class="bound" x1="92" y1="\(place)" x2="932" y2="\(place)"/>
            <text class="bound-text" x="924" y="\(place)" dy="-7" text-anchor="end">one minor unit: \
            the quota method always stays below it</text>
            """
    }

    private func curve(_ method: SplitMethod) -> String {
        let points = (simulation.curves[method] ?? []).map { point in
            let error = Double(point.error) / Double(simulation.partsSum)
            return "\(Self.coordinate(x(point.purchase))),\(Self.coordinate(y(error)))"
        }
        return """
            <polyline id="curve-\(method.rawValue)" class="curve \(method.rawValue)" \
            points="\(points.joined(separator: " "))"/>
            """
    }

    /// A sample of each line with its name and where it ends.
    private var legend: String {
        SplitMethod.allCases.enumerated().map { row, method in
            let place = 86 + 20 * row
            return """
                <line class="curve \(method.rawValue)" x1="30" y1="\(place)" x2="76" y2="\(place)"/>
                <text class="ink" x="88" y="\(place)" dy="4.5">\(method.title)</text>
                <text class="soft number" x="932" y="\(place)" dy="4.5" text-anchor="end">\
                \(units(simulation.finalErrors[method] ?? 0)) minor units away at the end</text>
                """
        }.joined(separator: "\n")
    }

    private func x(_ purchase: Int) -> Double {
        Self.left + (Self.right - Self.left) * Double(purchase) / Double(max(simulation.purchaseCount, 1))
    }

    private func y(_ units: Double) -> Double {
        let powers = log10(max(units, Self.lowest)) - log10(Self.lowest)
        return Self.bottom - (Self.bottom - Self.top) * powers / (Double(highestPower) - log10(Self.lowest))
    }

    /// An error in minor units with one decimal, rounded to the nearest.
    private func units(_ error: Int64) -> String {
        let tenths = (error * 20 / simulation.partsSum + 1) / 2
        return "\(Self.grouped(tenths / 10)).\(tenths % 10)"
    }

    private static func coordinate(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func grouped(_ value: Int64) -> String {
        var digits = String(value)
        var end = digits.endIndex
        while let place = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex), place > digits.startIndex {
            digits.insert(",", at: place)
            end = place
        }
        return digits
    }
}
