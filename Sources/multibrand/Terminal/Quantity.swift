import Rewards

/// Amounts and quantities as people write them.
enum Quantity {
    /// `12345` of USD as `123.45`; an unknown currency keeps its minor units.
    static func money(_ minorUnits: Int64, _ currency: String) -> String {
        guard let code = try? CurrencyCode(currency) else { return "\(minorUnits)" }
        return ExactDecimal.fixedPoint(minorUnits, digits: code.minorDigits)
    }

    /// Millionths as a decimal without needless zeros: `1500000` is `1.5`.
    static func micro(_ quantity: Int64) -> String {
        var text = ExactDecimal.fixedPoint(quantity, digits: 6)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
