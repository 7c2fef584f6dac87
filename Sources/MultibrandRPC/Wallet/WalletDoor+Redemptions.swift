import Access
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// Redemptions through their lifecycle.
    func registerRedemptions(in routes: inout DoorRoutes) {
        registerRedemptionReads(in: &routes)
        write(
            "Redeem", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "members/\($0.externalUserID)", ["offer_id": $0.offerID]) }
        ) { (request: Multibrand_V1_RedeemRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let offerID = try WalletFields.id(request.offerID, "offer_id")
            let redemptions = WalletRedemptions(wallet)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey, isNeeded: true)
            return Multibrand_V1_RedemptionResponse(
                try await redemptions.redeem(
                    offer: offerID, named: request.externalUserID, by: caller, idempotency: idempotency, now: now()))
        }
        write(
            "CancelRedemption", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "redemptions/\($0.redemptionID)") }
        ) { (request: Multibrand_V1_CancelRedemptionRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.redemptionID, "redemption_id")
            let redemptions = WalletRedemptions(wallet)
            return Multibrand_V1_RedemptionResponse(
                try await redemptions.cancel(
                    id: id, by: caller,
                    idempotency: try WalletFields.idempotency(request.idempotencyKey), now: now()))
        }
        write(
            "MoveRedemption", .operator, in: &routes,
            audits: {
                try AuditedPart(
                    $0.environment, "redemptions/\($0.redemptionID)", ["status": try $0.status.wanted()?.rawValue ?? ""]
                )
            }
        ) { (request: Multibrand_V1_MoveRedemptionRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.redemptionID, "redemption_id")
            guard let status = try request.status.wanted() else {
                throw InvalidField("status", "must be a status to move to")
            }
            let startAt = request.hasStartAt ? try WalletFields.time(request.startAt, "start_at") : nil
            let endAt = request.hasEndAt ? try WalletFields.time(request.endAt, "end_at") : nil
            let redemptions = WalletRedemptions(wallet)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey)
            return Multibrand_V1_RedemptionResponse(
                try await redemptions.move(
                    id: id, to: status, startAt: startAt, endAt: endAt, by: caller, idempotency: idempotency, now: now()
                )
            )
        }
    }

    private func registerRedemptionReads(in routes: inout DoorRoutes) {
        routes.unary("GetRedemption", .platform) { (request: Multibrand_V1_GetRedemptionRequest, _) in
            let caller = try request.environment.organisation()
            let found = try await WalletRedemptions(wallet).details(
                id: try WalletFields.id(request.redemptionID, "redemption_id"), by: caller)
            var message = Multibrand_V1_Redemption(found.redemption)
            message.externalUserID = found.externalUserID
            message.pointsDebited = found.pointsDebited
            return message
        }
        routes.unary("ListRedemptions", .platform) { (request: Multibrand_V1_ListRedemptionsRequest, _) in
            let caller = try request.environment.organisation()
            let page = try await WalletRedemptions(wallet).list(
                named: request.externalUserID, status: try request.status.wanted(),
                page: try WalletFields.page(request.pageSize, request.pageToken), by: caller)
            return Multibrand_V1_ListRedemptionsResponse.with {
                $0.redemptions = page.items.map(Multibrand_V1_Redemption.init)
                $0.nextPageToken = page.nextCursor ?? ""
            }
        }
    }
}
