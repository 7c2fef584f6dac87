/// The refusal of a currency code that is not in the ISO 4217 table.
public struct UnknownCurrency: ReasonedError, Hashable {
    /// The stable reason, `CURRENCY_UNKNOWN`.
    public var reason: String { "CURRENCY_UNKNOWN" }

    /// What is allowed, for people.
    public var description: String {
        "the currency is not an active ISO 4217 code with a minor unit: send three upper-case letters such as EUR"
    }

    /// Makes the error; it carries no value.
    public init() {}
}
