import Rewards
import Wallet

/// Contract sections 8.3 and 8.4, and U1 for the cancel.
extension WalletCalls {
    func listOffers(_ call: WalletCall) async throws -> JSONValue {
        try await offers.list(page: call.query.page(), by: call.caller, now: call.now).json("data", \.json)
    }

    func redeem(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        return try await redemptions.redeem(
            offer: body.requiredText("offer"), named: body.text("externalUserID"), by: call.caller,
            idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func listRedemptions(_ call: WalletCall) async throws -> JSONValue {
        try await redemptions.list(
            named: call.query.text("externalUserID"), status: call.query.choice("status"), page: call.query.page(),
            by: call.caller
        ).json("redemptions", \.json)
    }

    func cancel(_ call: WalletCall) async throws -> JSONValue {
        try await redemptions.cancel(
            id: call.id, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }
}
