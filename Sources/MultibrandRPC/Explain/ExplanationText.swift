import Cosmo
import Foundation
import PostgreSQL
import Rewards

/// Amounts, quantities and times as an explanation writes them.
struct ExplanationText: Sendable {
    let currency: CurrencyCode

    /// `12.30 USD`.
    func money(_ minorUnits: Int64) -> String { "\(bare(minorUnits)) \(currency.text)" }

    /// `12.30`.
    func bare(_ minorUnits: Int64) -> String {
        ExactDecimal.fixedPoint(minorUnits, digits: currency.minorDigits)
    }

    /// Millionths of a unit in words: `1.5 points`.
    func quantity(_ micro: Int64, isPoints: Bool) -> String {
        let number = Self.trimmed(micro, digits: 6)
        let noun = isPoints ? "point" : "minor unit"
        return "\(number) \(noun)\(number == "1" ? "" : "s")\(isPoints ? "" : " of value")"
    }

    /// What one major unit of money earned: exact when it comes out even, else rounded down.
    func rate(_ micro: Int64, on acceptedMinor: Int64, isPoints: Bool) -> String {
        let major = (0..<currency.minorDigits).reduce(Int128(1)) { power, _ in power * 10 }
        let (quotient, remainder) = (Int128(micro) * major).quotientAndRemainder(dividingBy: Int128(acceptedMinor))
        guard let each = Int64(exactly: quotient) else { return "more than can be written for each major unit" }
        let one = ExactDecimal.fixedPoint(Int64(major), digits: currency.minorDigits)
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
    static func time(_ time: PostgresTimestamp) -> String {
        let seconds = time.microsecondsSinceEpoch / 1_000_000
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        return date.formatted(
            .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)) + " UTC"
    }

    /// The same of microseconds since 1970.
    static func time(micros: Int64) -> String { time(PostgresTimestamp(microsecondsSinceEpoch: micros)) }

    /// An account of which a person recognises their own and nobody else learns it.
    static func masked(_ account: CosmoAccount) -> String {
        account.fields.sorted { $0.key < $1.key }.map { Redaction.mask($0.value) }.joined(separator: ", ")
    }

    private static func trimmed(_ value: Int64, digits: Int) -> String {
        var text = ExactDecimal.fixedPoint(value, digits: digits)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}

extension JSONValue {
    /// A whole number.
    static func count(_ value: Int64) -> JSONValue { .number(String(value)) }

    /// A text, null when there is none.
    static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    /// An instant in RFC 3339, null when there is none.
    static func time(_ value: PostgresTimestamp?) -> JSONValue {
        guard let value else { return .null }
        let text = ExplanationText.time(value)
        return .string(text.replacing(" UTC", with: "Z").replacing(" ", with: "T"))
    }

    /// The same of microseconds since 1970.
    static func time(micros: Int64) -> JSONValue { time(PostgresTimestamp(microsecondsSinceEpoch: micros)) }
}
