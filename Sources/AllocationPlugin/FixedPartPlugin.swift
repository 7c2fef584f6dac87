public import Rewards

/// A plugin that asks for the first minor units of a spend, before the rest is apportioned.
///
/// A fixed part is carved out ahead of the split and is no candidate for leftovers: neither the card's running total nor the
/// other programs' shares of the rest know of it. The program still has its share of the rest, and ``allocate(_:)`` is asked
/// about both together. When several programs of a card ask, they are served in the order of their ids, each with what is
/// left of the spend at most.
///
/// The answer about a spend is pinned with its decision, so that a refund asks nothing: it takes what was apportioned first
/// and the fixed parts last, as if the spend had been the smaller one from the start (I-4).
///
/// **What an answer must satisfy** It is zero or more, and the same for the same question. More than the spend means all of
/// it. It is pure, as ``allocate(_:)`` is.
/// **Errors** A throw parks the leg with the error's reason, and the program has no fixed part of that spend.
public protocol FixedPartPlugin: AllocationPlugin {
    /// How much of a whole spend the program wants ahead of the split, in minor units; zero for nothing.
    func fixedMinor(_ request: FixedPartRequest) throws(AllocationError) -> Int64
}

/// A whole spend, with all that a fixed part may depend on.
public struct FixedPartRequest: Sendable, Hashable {
    /// The whole spend, in minor units, above zero.
    public let wholeMinor: Int64
    /// Its currency, which knows its minor digits.
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

    /// Makes a request.
    public init(
        wholeMinor: Int64, currency: CurrencyCode, merchantCategoryCode: String = "", merchantName: String = "",
        merchantCountry: String = "", occurredAtMicros: Int64, cardAttributes: [String: String] = [:]
    ) {
        self.wholeMinor = wholeMinor
        self.currency = currency
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.merchantCountry = merchantCountry
        self.occurredAtMicros = occurredAtMicros
        self.cardAttributes = cardAttributes
    }

    /// The spend of a share that is offered.
    public init(_ request: AllocationRequest) {
        self.init(
            wholeMinor: request.wholeMinor, currency: request.currency,
            merchantCategoryCode: request.merchantCategoryCode, merchantName: request.merchantName,
            merchantCountry: request.merchantCountry, occurredAtMicros: request.occurredAtMicros,
            cardAttributes: request.cardAttributes)
    }
}
