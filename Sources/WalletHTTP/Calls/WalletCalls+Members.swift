import Rewards
import Wallet

/// Contract sections 8.2 and 8.6.
extension WalletCalls {
    func exchange(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        let change = WalletMemberChange(
            displayName: try body.text("displayName"), email: try body.text("email"), tier: try body.text("tier"))
        return try await credentials.exchange(
            body.requiredText("externalUserID"), change, by: call.caller, idempotency: call.idempotency(),
            now: call.now
        ).value.json
    }

    func upsert(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        let change = WalletMemberChange(
            displayName: try body.text("displayName"), tier: try body.text("tier"),
            attributes: try body.object("attributes"))
        return try await members.upsert(
            call.id, change, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func remove(_ call: WalletCall) async throws -> JSONValue {
        let retainBalance = try call.query.flag("retainBalance")
        return try await members.remove(
            call.id, retainBalance: retainBalance, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }
}
