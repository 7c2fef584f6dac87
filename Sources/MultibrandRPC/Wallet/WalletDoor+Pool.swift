import Access
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// The prepaid pool.
    func registerPool(in routes: inout DoorRoutes) {
        routes.unary("GetPool", .operator) { (_: Multibrand_V1_GetPoolRequest, _) in
            Multibrand_V1_Pool(try await WalletPools(wallet).read(), isEnabled: wallet.settings.isPoolEnabled)
        }
        write(
            "TopUpPool", .operator, in: &routes,
            audits: {
                try AuditedPart(
                    $0.environment, "pool",
                    [
                        "amount": "\($0.amount)",
                        "low_water_mark": $0.hasLowWaterMark ? "\($0.lowWaterMark)" : "as before",
                    ])
            }
        ) { (request: Multibrand_V1_TopUpPoolRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let mark = request.hasLowWaterMark ? request.lowWaterMark : nil
            let pools = WalletPools(wallet)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey, isNeeded: true)
            return response(
                try await pools.topUp(
                    amount: request.amount, reference: request.reference, lowWaterMark: mark, by: caller,
                    idempotency: idempotency, now: now()))
        }
        write(
            "SetPoolLowWaterMark", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "pool", ["low_water_mark": "\($0.lowWaterMark)"]) }
        ) { (request: Multibrand_V1_SetPoolLowWaterMarkRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let pools = WalletPools(wallet)
            return response(
                try await pools.setLowWaterMark(
                    request.lowWaterMark, by: caller,
                    idempotency: try WalletFields.idempotency(request.idempotencyKey), now: now()))
        }
    }

    private func response(_ answer: WalletAnswer<WalletPoolState>) -> Multibrand_V1_PoolResponse {
        .with {
            $0.pool = .init(answer.value, isEnabled: wallet.settings.isPoolEnabled)
            $0.replayed = answer.isReplayed
        }
    }
}

extension Multibrand_V1_Pool {
    init(_ state: WalletPoolState?, isEnabled: Bool) {
        self.init()
        exists = state != nil
        balance = state?.balance ?? 0
        lowWaterMark = state?.lowWaterMark ?? 0
        enabled = isEnabled
    }
}
