import Rewards
import Wallet

/// Contract sections 2, 5, 6 and 8.5.
extension WalletCalls {
    func credit(_ call: WalletCall) async throws -> WalletReply {
        let body = try call.requiredBody()
        return WalletReply(
            try await accounts.credit(
                body.requiredText("externalUserID"), amount: body.requiredInteger("amount"),
                reason: body.text("reason"), by: call.caller, idempotency: call.idempotency(), now: call.now))
    }

    func transactions(_ call: WalletCall) async throws -> WalletReply {
        let page = try await accounts.transactions(
            named: call.query.text("externalUserID"), page: call.query.page(), by: call.caller)
        return WalletReply("transactions", page, \.json)
    }

    func eligibility(_ call: WalletCall) async throws -> WalletReply {
        WalletReply(try await accounts.eligibility(named: call.query.text("externalUserID"), by: call.caller).json)
    }
}
