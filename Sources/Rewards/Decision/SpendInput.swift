/// A cleared purchase as the decision sees it: everything that a plugin or a later reader may ask about.
public struct SpendInput: Sendable, Hashable {
    /// The caller's id of the spend.
    public let spendID: String
    /// The card.
    public let cardID: String
    /// The cleared amount, above zero.
    public let amount: Money
    /// The ISO 18245 merchant category code: four digits, or empty when the platform does not know it.
    public let merchantCategoryCode: String
    /// The merchant's name as the platform sent it, or empty.
    public let merchantName: String
    /// The merchant's country as the platform sent it (ISO 3166-1), or empty.
    public let merchantCountry: String
    /// When the purchase happened, in microseconds since 1970-01-01T00:00:00Z.
    public let occurredAtMicros: Int64
    /// Attributes of the card that a program's rules may use, such as its tier.
    public let cardAttributes: [String: String]

    /// Makes an input; the decision itself checks that the amount is above zero.
    public init(
        spendID: String, cardID: String, amount: Money, merchantCategoryCode: String = "", merchantName: String = "",
        merchantCountry: String = "", occurredAtMicros: Int64, cardAttributes: [String: String] = [:]
    ) {
        self.spendID = spendID
        self.cardID = cardID
        self.amount = amount
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.merchantCountry = merchantCountry
        self.occurredAtMicros = occurredAtMicros
        self.cardAttributes = cardAttributes
    }
}
