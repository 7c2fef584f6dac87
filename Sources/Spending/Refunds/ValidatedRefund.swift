import Cryptography
import PostgreSQL
import Rewards

/// A refund whose fields are sound, with the hash that distinguishes an equal request from another.
struct ValidatedRefund: Sendable, Hashable {
    let refundID: String
    let spendID: String?
    let cardID: String?
    let amount: Money
    let merchantCategoryCode: String
    let merchantName: String
    let occurredAt: PostgresTimestamp
    let authorizationID: String?
    let hash: [UInt8]

    /// What the attribution policy may look at.
    var clues: RefundClues {
        RefundClues(
            amountMinor: amount.minorUnits, merchantCategoryCode: merchantCategoryCode, merchantName: merchantName,
            occurredAtMicros: occurredAt.microsecondsSinceEpoch, authorizationID: authorizationID)
    }
}
