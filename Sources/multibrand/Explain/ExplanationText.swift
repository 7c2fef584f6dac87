import Foundation
import Rewards
import SwiftProtobuf

/// Amounts, quantities and times as an explanation writes them.
struct ExplanationText: Sendable {
    private let code: String
    private let minorDigits: Int

    init(currencyCode: String) {
        code = currencyCode
        minorDigits = (try? CurrencyCode(currencyCode))?.minorDigits ?? 0
    }

    /// `12.30 USD`.
    func money(_ minorUnits: Int64) -> String { "\(bare(minorUnits)) \(code)" }

    /// `12.30`.
    func bare(_ minorUnits: Int64) -> String {
        ExactDecimal.fixedPoint(minorUnits, digits: minorDigits)
    }

    /// Millionths of a unit in words: `1.5 points`.
    func quantity(_ micro: Int64, isPoints: Bool) -> String {
        let number = Self.trimmed(micro, digits: 6)
        let noun = isPoints ? "point" : "minor unit"
        return "\(number) \(noun)\(number == "1" ? "" : "s")\(isPoints ? "" : " of value")"
    }

    /// What one major unit of money earned: exact when it comes out even, else rounded down.
    func rate(_ micro: Int64, on acceptedMinor: Int64, isPoints: Bool) -> String {
        let major = (0..<minorDigits).reduce(Int128(1)) { power, _ in power * 10 }
        let (quotient, remainder) = (Int128(micro) * major).quotientAndRemainder(dividingBy: Int128(acceptedMinor))
        guard let each = Int64(exactly: quotient) else { return "more than can be written for each major unit" }
        let one = ExactDecimal.fixedPoint(Int64(major), digits: minorDigits)
        return "\(remainder == 0 ? "" : "about ")\(quantity(each, isPoints: isPoints)) for each \(one)"
    }

    /// A fraction of minor units to the thousandth, cut: `1352.400`.
    static func thousandths(_ numerator: Int128, _ denominator: Int128) -> String {
        let thousandths = numerator * 1000 / denominator
        return Int64(exactly: thousandths).map { ExactDecimal.fixedPoint($0, digits: 3) } ?? "out of range"
    }

    /// The same with a plus where it is above zero.
    static func signedThousandths(_ numerator: Int128, _ denominator: Int128) -> String {
        let text = thousandths(numerator, denominator)
        return numerator > 0 ? "+\(text)" : text
    }

    /// UTC, to the second: `2026-11-20 08:30:00 UTC`.
    static func time(_ time: Google_Protobuf_Timestamp) -> String {
        let date = Date(timeIntervalSince1970: TimeInterval(time.seconds))
        return date.formatted(
            .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)) + " UTC"
    }

    private static func trimmed(_ value: Int64, digits: Int) -> String {
        var text = ExactDecimal.fixedPoint(value, digits: digits)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
