import HTTPTypes
import PostgreSQL
import Rewards
import Wallet

/// One request to one endpoint, with everything a use case may ask for.
struct WalletCall: Sendable {
    let endpoint: WalletEndpoint
    /// The decoded parameters of the path.
    let parameters: [String]
    let query: WalletQuery
    let caller: WalletCaller
    /// Set when the endpoint takes one.
    let body: WalletBody?
    let idempotencyKey: String?
    let now: PostgresTimestamp

    /// The path's first parameter; every route that is asked for it has one.
    var id: String { parameters.first ?? "" }

    /// The body.
    ///
    /// **Errors** `BAD_REQUEST` when there is none.
    func requiredBody() throws(WalletRefusal) -> WalletBody {
        guard let body else { throw WalletRefusal(.badRequest, "the body must be a JSON object") }
        return body
    }

    /// The caller's idempotency key; nil when it sent none.
    ///
    /// **Errors** `VALIDATION`.
    func idempotency() throws(WalletError) -> WalletIdempotency? {
        guard let idempotencyKey else { return nil }
        return try WalletIdempotency(key: idempotencyKey)
    }
}
