import MultibrandAPI
import PostgreSQL
import Rewards
import SwiftProtobuf
import Wallet

/// Requests of the wallet as its use cases take them.
enum WalletFields {
    /// The request's key; nil when it has none.
    ///
    /// **Errors** `VALIDATION` for a key over 255 characters, or none where one is needed.
    static func idempotency(_ key: String, isNeeded: Bool = false) throws -> WalletIdempotency? {
        if key.isEmpty {
            guard isNeeded else { return nil }
            throw WalletMessageRefusal(
                "idempotency_key must be set, so that the same call again is safe", field: "idempotency_key")
        }
        return try WalletIdempotency(key: key)
    }

    /// An id that a use case looks up as it is.
    ///
    /// **Errors** `VALIDATION`.
    static func id(_ text: String, _ field: String) throws(WalletMessageRefusal) -> String {
        guard IdentifierRule.check(text, bytesMax: 1020) else {
            throw WalletMessageRefusal("\(field) must be 1 to 255 characters without control characters", field: field)
        }
        return text
    }

    /// Which page: a size of 0 is the default, one above the largest is the largest.
    ///
    /// **Errors** `VALIDATION` for a size below zero.
    static func page(_ size: Int32, _ token: String) throws(WalletError) -> WalletPageRequest {
        try WalletPageRequest(
            limit: size == 0 ? nil : min(Int(size), WalletPageRequest.limitMax), cursor: token.nonEmpty)
    }

    /// **Errors** ``InvalidField`` for what is no time.
    static func time(_ value: Google_Protobuf_Timestamp, _ field: String) throws(InvalidField) -> PostgresTimestamp {
        try value.instant(field)
    }
}
