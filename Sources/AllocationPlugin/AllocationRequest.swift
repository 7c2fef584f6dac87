public import Rewards

/// A share of a spend that is offered to a program, with all that its rule may look at.
public struct AllocationRequest: Sendable, Hashable {
    /// What is offered, in minor units; zero or more.
    public let shareMinor: Int64
    /// The whole spend, in minor units; at least the share.
    public let wholeMinor: Int64
    /// The currency of both, which knows its minor digits.
    public let currency: CurrencyCode
    /// Four digits of ISO 18245, or empty when unknown.
    public let merchantCategoryCode: String
    /// The merchant's name, or empty.
    public let merchantName: String
    /// The merchant's country, or empty.
    public let merchantCountry: String
    /// When the purchase happened, in microseconds since 1970-01-01T00:00:00Z.
    public let occurredAtMicros: Int64
    /// Attributes of the card, such as its tier.
    public let cardAttributes: [String: String]
    /// What this card's program has had in the plugin's period before this spend; zero when it asks for none.
    public let periodTotals: PeriodTotals

    /// Makes a request.
    public init(
        shareMinor: Int64, wholeMinor: Int64, currency: CurrencyCode, merchantCategoryCode: String = "",
        merchantName: String = "", merchantCountry: String = "", occurredAtMicros: Int64,
        cardAttributes: [String: String] = [:], periodTotals: PeriodTotals = .zero
    ) {
        self.shareMinor = shareMinor
        self.wholeMinor = wholeMinor
        self.currency = currency
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.merchantCountry = merchantCountry
        self.occurredAtMicros = occurredAtMicros
        self.cardAttributes = cardAttributes
        self.periodTotals = periodTotals
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

    /// The same request about another share, and other totals when given.
    public func offering(_ shareMinor: Int64, periodTotals: PeriodTotals? = nil) -> AllocationRequest {
        AllocationRequest(
            shareMinor: shareMinor, wholeMinor: wholeMinor, currency: currency,
            merchantCategoryCode: merchantCategoryCode, merchantName: merchantName, merchantCountry: merchantCountry,
            occurredAtMicros: occurredAtMicros, cardAttributes: cardAttributes,
            periodTotals: periodTotals ?? self.periodTotals)
    }
}
