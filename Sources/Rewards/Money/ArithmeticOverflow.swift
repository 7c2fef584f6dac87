/// The refusal of a sum or product that does not fit the 64 bits money and points are kept in.
public struct ArithmeticOverflow: ReasonedError, Hashable {
    /// The stable reason, `AMOUNT_OVERFLOW`.
    public var reason: String { "AMOUNT_OVERFLOW" }

    /// What happened, for people.
    public var description: String {
        "the result does not fit 64 bits: use smaller amounts or rates (limit 9223372036854775807)"
    }

    /// Makes the error; it carries no value.
    public init() {}
}
