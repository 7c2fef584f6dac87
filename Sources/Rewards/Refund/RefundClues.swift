/// What is known of a refund that names no spend.
public struct RefundClues: Sendable, Hashable {
    /// What is refunded, in minor units, above zero.
    public let amountMinor: Int64
    /// Four digits of ISO 18245, or empty when unknown.
    public let merchantCategoryCode: String
    /// The merchant's name as the platform sent it, or empty.
    public let merchantName: String
    /// When the refund happened, in microseconds since 1970-01-01T00:00:00Z.
    public let occurredAtMicros: Int64
    /// The authorisation whose clearing is refunded, or nil.
    public let authorizationID: String?

    /// Gathers what is known; an empty authorisation counts as none.
    public init(
        amountMinor: Int64, merchantCategoryCode: String, merchantName: String, occurredAtMicros: Int64,
        authorizationID: String?
    ) {
        self.amountMinor = amountMinor
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.occurredAtMicros = occurredAtMicros
        self.authorizationID = authorizationID?.isEmpty == true ? nil : authorizationID
    }
}
