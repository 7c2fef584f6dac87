import Access
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// Points set aside for purchases under way.
    func registerHolds(in routes: inout DoorRoutes) {
        registerHoldReads(in: &routes)
        write(
            "PlaceHold", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "members/\($0.externalUserID)", ["amount": "\($0.amount)"]) }
        ) { (request: Multibrand_V1_PlaceHoldRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let lifetime = request.lifetimeSeconds == 0 ? nil : Duration.seconds(request.lifetimeSeconds)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey, isNeeded: true)
            return Multibrand_V1_HoldResponse(
                try await WalletHolds(wallet).place(
                    request.externalUserID, amount: request.amount, reason: request.reason.nonEmpty,
                    lifetime: lifetime, by: caller, idempotency: idempotency, now: now()))
        }
        write(
            "CaptureHold", .operator, in: &routes,
            audits: {
                try AuditedPart(
                    $0.environment, "holds/\($0.holdID)", ["amount": $0.hasAmount ? "\($0.amount)" : "all"])
            }
        ) { (request: Multibrand_V1_CaptureHoldRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.holdID, "hold_id")
            let idempotency = try WalletFields.idempotency(request.idempotencyKey)
            return Multibrand_V1_HoldResponse(
                try await WalletHolds(wallet).capture(
                    id: id, amount: request.hasAmount ? request.amount : nil, by: caller, idempotency: idempotency,
                    now: now()))
        }
        write(
            "ReleaseHold", .operator, in: &routes, audits: { try AuditedPart($0.environment, "holds/\($0.holdID)") }
        ) { (request: Multibrand_V1_ReleaseHoldRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.holdID, "hold_id")
            let idempotency = try WalletFields.idempotency(request.idempotencyKey)
            return Multibrand_V1_HoldResponse(
                try await WalletHolds(wallet).release(id: id, by: caller, idempotency: idempotency, now: now()))
        }
    }

    private func registerHoldReads(in routes: inout DoorRoutes) {
        routes.unary("GetHold", .platform) { (request: Multibrand_V1_GetHoldRequest, _) in
            let caller = try request.environment.organisation()
            return Multibrand_V1_Hold(
                try await WalletHolds(wallet).get(id: try WalletFields.id(request.holdID, "hold_id"), by: caller))
        }
        routes.unary("ListHolds", .platform) { (request: Multibrand_V1_ListHoldsRequest, _) in
            let caller = try request.environment.organisation()
            let page = try await WalletHolds(wallet).list(
                named: request.externalUserID.nonEmpty, status: try request.status.wanted(),
                page: try WalletFields.page(request.pageSize, request.pageToken), by: caller)
            return Multibrand_V1_ListHoldsResponse.with {
                $0.holds = page.items.map(Multibrand_V1_Hold.init)
                $0.nextPageToken = page.nextCursor ?? ""
            }
        }
    }
}
