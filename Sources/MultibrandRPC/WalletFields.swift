import MultibrandAPI
import PostgreSQL
import Rewards
import SwiftProtobuf
import Wallet

/// Requests of the wallet as its use cases take them, and refusals in the words of the messages.
enum WalletFields {
    /// Runs a call; a refusal that names a field of the REST contract names the message's field instead.
    static func named<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as WalletError {
            throw named(error)
        }
    }

    static func named(_ error: WalletError) -> WalletError {
        guard let field = error.field else { return error }
        let name = name(of: field)
        var message = error.message.replacing("nextCursor", with: "next_page_token")
        if message.hasPrefix("\(field) ") { message = name + message.dropFirst(field.count) }
        return WalletError(error.reason, message, field: name)
    }

    private static func name(of field: String) -> String {
        switch field {
        case "externalUserID": "external_user_id"
        case "Idempotency-Key": "idempotency_key"
        case "limit": "page_size"
        case "cursor": "page_token"
        case "offer", "id": "offer_id"
        case "attributes": "attributes_json"
        case "overlap": "overlap_seconds"
        default: field.replacing(/[A-Z]/) { "_" + $0.output.lowercased() }
        }
    }

    /// The request's key; nil when it has none.
    ///
    /// **Errors** `VALIDATION` for a key over 255 characters, or none where one is needed.
    static func idempotency(_ key: String, isNeeded: Bool = false) throws(WalletError) -> WalletIdempotency? {
        if key.isEmpty {
            guard isNeeded else { return nil }
            throw WalletError(
                .validation, "idempotency_key must be set, so that the same call again is safe",
                field: "idempotency_key")
        }
        return try WalletIdempotency(key: key)
    }

    /// An id that a use case looks up as it is.
    ///
    /// **Errors** `VALIDATION`.
    static func id(_ text: String, _ field: String) throws(WalletError) -> String {
        guard IdentifierRule.check(text, bytesMax: 1020) else {
            throw WalletError(
                .validation, "\(field) must be 1 to 255 characters without control characters", field: field)
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
