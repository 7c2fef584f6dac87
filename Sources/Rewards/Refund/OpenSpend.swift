/// A spend of the refund's card that something may still be refunded of.
public struct OpenSpend: Sendable, Hashable {
    /// The spend.
    public let spendID: String
    /// What was cleared, in minor units.
    public let amountMinor: Int64
    /// What is not refunded yet, in minor units; a spend with nothing open is no candidate but still binds its link.
    public let openMinor: Int64
    /// Four digits of ISO 18245, or empty when unknown.
    public let merchantCategoryCode: String
    /// The merchant's name as the platform sent it, or empty.
    public let merchantName: String
    /// When the purchase happened, in microseconds since 1970-01-01T00:00:00Z.
    public let occurredAtMicros: Int64
    /// The authorisation it cleared, or nil.
    public let authorizationID: String?

    /// Makes a candidate.
    public init(
        spendID: String, amountMinor: Int64, openMinor: Int64, merchantCategoryCode: String, merchantName: String,
        occurredAtMicros: Int64, authorizationID: String?
    ) {
        self.spendID = spendID
        self.amountMinor = amountMinor
        self.openMinor = openMinor
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.occurredAtMicros = occurredAtMicros
        self.authorizationID = authorizationID
    }

    /// The older first; of one instant by the bytes of the id, so that the order is the same everywhere.
    static func isOlder(_ left: OpenSpend, _ right: OpenSpend) -> Bool {
        left.occurredAtMicros != right.occurredAtMicros
            ? left.occurredAtMicros < right.occurredAtMicros : ExactText(left.spendID) < ExactText(right.spendID)
    }
}
