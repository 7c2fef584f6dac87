import Rewards
import Wallet

/// Contract sections 8.3 and 8.4, and U1 for the cancel.
extension WalletCalls {
    func listOffers(_ call: WalletCall) async throws -> WalletReply {
        WalletReply("data", try await offers.list(page: call.query.page(), by: call.caller, now: call.now), \.json)
    }

    func redeem(_ call: WalletCall) async throws -> WalletReply {
        let body = try call.requiredBody()
        return WalletReply(
            try await redemptions.redeem(
                offer: body.requiredText("offer"), named: body.text("externalUserID"), by: call.caller,
                idempotency: call.idempotency(), now: call.now))
    }

    func listRedemptions(_ call: WalletCall) async throws -> WalletReply {
        let page = try await redemptions.list(
            named: call.query.text("externalUserID"), status: call.query.choice("status"), page: call.query.page(),
            by: call.caller)
        return WalletReply("redemptions", page, \.json)
    }

    func cancel(_ call: WalletCall) async throws -> WalletReply {
        WalletReply(
            try await redemptions.cancel(
                id: call.id, by: call.caller, idempotency: call.idempotency(), now: call.now))
    }
}
