import Cosmo
import Rewards

/// The whole unit that issuances of a position are counted in, and how many of it one issuance may have.
struct SentUnit: Sendable, Hashable {
    /// Millionths of the position's unit in one whole unit.
    let micro: Int64
    /// `POINTS` or an ISO 4217 code.
    let currency: String
    /// The least units of one issuance, at least 1.
    let minimum: Int64
    /// The most units of one issuance; nil for no limit.
    let maximum: Int64?

    /// The least that is issued at once, in millionths of the position's unit; nil when it does not fit.
    var minimumMicro: Int64? {
        let (product, overflow) = minimum.multipliedReportingOverflow(by: micro)
        return overflow ? nil : product
    }

    /// - Parameter cardCurrencyCode: ISO 4217; it matters for value only.
    /// - Returns: Nil when the program does not take value in the card's currency.
    init?(of unit: RewardUnit, terms: ProgramTerms, cardCurrencyCode: String, valueUnit: CosmoValueUnit) {
        switch unit {
        case .points:
            micro = MicroPoints.perPoint
            currency = CosmoIssuanceRequest.pointsCurrency
            minimum = max(terms.minimumPoints ?? 1, 1)
            maximum = terms.maximumPoints
        case .value:
            guard let code = try? CurrencyCode(cardCurrencyCode),
                terms.issuanceCurrencyCode.map({ $0 == code.text }) ?? true,
                let minorPerUnit = valueUnit.minorUnitsPerUnit(exponent: code.minorDigits)
            else { return nil }
            micro = minorPerUnit * 1_000_000
            currency = code.text
            minimum = max(terms.minimumValue ?? 1, 1)
            maximum = terms.maximumValue
        }
    }
}
