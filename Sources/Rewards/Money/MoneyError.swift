/// Why an amount was refused.
public enum MoneyError: String, ReasonedError {
    /// Two amounts of different currencies were combined.
    case currencyMismatch = "CURRENCY_MISMATCH"
    /// The result does not fit 64 bits.
    case overflow = "AMOUNT_OVERFLOW"
    /// The text is finer than the currency's minor unit.
    case tooManyDecimals = "AMOUNT_TOO_PRECISE"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What to do about it, for people.
    public var description: String {
        switch self {
        case .currencyMismatch: "the two amounts have different currencies: convert one before combining them"
        case .overflow: "the amount does not fit 64 bits of minor units"
        case .tooManyDecimals: "the amount has more decimals than its currency's minor unit: round it before sending"
        }
    }
}
