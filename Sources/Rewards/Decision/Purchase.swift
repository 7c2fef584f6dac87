/// A purchase: everything about it that a decision, a plugin or a later reader may ask about.
public struct Purchase: Sendable, Hashable {
    /// The whole amount, above zero.
    public let amount: Money
    /// The ISO 18245 merchant category code: four digits, or empty when the platform does not know it.
    public let merchantCategoryCode: String
    /// The merchant's name as the platform sent it, or empty.
    public let merchantName: String
    /// The merchant's country as the platform sent it (ISO 3166-1), or empty.
    public let merchantCountry: String
    /// When it happened, in microseconds since 1970-01-01T00:00:00Z.
    public let occurredAtMicros: Int64
    /// Attributes of the card that a program's rules may use, such as its tier.
    public let cardAttributes: [String: String]

    /// Makes a purchase; the decision itself checks that the amount is above zero.
    public init(
        amount: Money, merchantCategoryCode: String = "", merchantName: String = "", merchantCountry: String = "",
        occurredAtMicros: Int64, cardAttributes: [String: String] = [:]
    ) {
        self.amount = amount
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.merchantCountry = merchantCountry
        self.occurredAtMicros = occurredAtMicros
        self.cardAttributes = cardAttributes
    }

    /// The same purchase of another amount, in minor units of its currency.
    public func amounting(to minorUnits: Int64) -> Purchase {
        Purchase(
            amount: Money(currency: amount.currency, minorUnits: minorUnits),
            merchantCategoryCode: merchantCategoryCode, merchantName: merchantName, merchantCountry: merchantCountry,
            occurredAtMicros: occurredAtMicros, cardAttributes: cardAttributes)
    }

    /// The merchant category code as a number, or nil when it is not four digits.
    public var merchantCategoryNumber: Int? {
        let digits = merchantCategoryCode.utf8
        guard digits.count == 4 else { return nil }
        var number = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
