/// An amount of one currency in its minor units.
///
/// **Guarantees** Arithmetic is exact or refused: nothing wraps, nothing is rounded, currencies never mix.
public struct Money: Sendable, Hashable {
    /// The currency, whose exponent says what a minor unit is.
    public let currency: CurrencyCode
    /// The amount in minor units (cents for EUR, yen for JPY, fils for KWD).
    public let minorUnits: Int64

    /// Makes an amount from minor units.
    public init(currency: CurrencyCode, minorUnits: Int64) {
        self.currency = currency
        self.minorUnits = minorUnits
    }

    /// Makes an amount from a decimal of major units, such as `12.34`.
    ///
    /// **Errors** ``MoneyError/tooManyDecimals`` when the decimal is finer than the minor unit,
    /// ``MoneyError/overflow``.
    public init(currency: CurrencyCode, majorUnits: ExactDecimal) throws(MoneyError) {
        guard majorUnits.scale <= currency.minorDigits else { throw .tooManyDecimals }
        guard let minorUnits = majorUnits.significand(scale: currency.minorDigits) else { throw .overflow }
        self.init(currency: currency, minorUnits: minorUnits)
    }

    /// The sum of two amounts of one currency.
    public func adding(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(currency: currency, minorUnits: sum)
    }

    /// The difference of two amounts of one currency.
    public func subtracting(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch }
        let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(currency: currency, minorUnits: difference)
    }
}

extension Money: CustomStringConvertible {
    /// The amount in major units with every decimal of the currency, then the code: `12.30 EUR`, `500 JPY`.
    public var description: String {
        "\(ExactDecimal.fixedPoint(minorUnits, digits: currency.minorDigits)) \(currency)"
    }
}
