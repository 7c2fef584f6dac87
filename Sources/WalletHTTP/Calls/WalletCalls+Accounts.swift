import Rewards
import Wallet

/// Contract sections 2, 5, 6 and 8.5.
extension WalletCalls {
    func credit(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        return try await accounts.credit(
            body.requiredText("externalUserID"), amount: body.requiredInteger("amount"), reason: body.text("reason"),
            by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func transactions(_ call: WalletCall) async throws -> JSONValue {
        try await accounts.transactions(
            named: call.query.text("externalUserID"), page: call.query.page(), by: call.caller
        ).json("transactions", \.json)
    }

    func eligibility(_ call: WalletCall) async throws -> JSONValue {
        try await accounts.eligibility(named: call.query.text("externalUserID"), by: call.caller).json
    }
}
