import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// The prepaid pool.
    func registerPool(in routes: inout DoorRoutes) {
        unary("GetPool", in: &routes) { (_: Multibrand_V1_GetPoolRequest, _) in
            Multibrand_V1_Pool(try await WalletPools(wallet).read(), isEnabled: wallet.settings.isPoolEnabled)
        }
        unary("TopUpPool", in: &routes) { (request: Multibrand_V1_TopUpPoolRequest, context) in
            let caller = try request.environment.organisation()
            let mark = request.hasLowWaterMark ? request.lowWaterMark : nil
            let pools = WalletPools(
                recording(
                    "TopUpPool", "pool", caller, context,
                    ["amount": "\(request.amount)", "low_water_mark": mark.map { "\($0)" } ?? "as before"]))
            let idempotency = try WalletFields.idempotency(request.idempotencyKey, isNeeded: true)
            return response(
                try await pools.topUp(
                    amount: request.amount, reference: request.reference, lowWaterMark: mark, by: caller,
                    idempotency: idempotency, now: now()))
        }
        unary("SetPoolLowWaterMark", in: &routes) { (request: Multibrand_V1_SetPoolLowWaterMarkRequest, context) in
            let caller = try request.environment.organisation()
            let pools = WalletPools(
                recording(
                    "SetPoolLowWaterMark", "pool", caller, context, ["low_water_mark": "\(request.lowWaterMark)"]))
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
