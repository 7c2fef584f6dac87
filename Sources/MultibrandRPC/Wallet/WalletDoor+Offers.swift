import Access
import MultibrandAPI
import OperatorRecord
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// The catalog.
    func registerOffers(in routes: inout DoorRoutes) {
        write(
            "CreateOffer", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "offers/\($0.offerID)", ["points_price": $0.priceInWords]) }
        ) { (request: Multibrand_V1_CreateOfferRequest, wallet, audit) in
            let caller = try request.environment.organisation()
            let expiresAt = request.hasExpiresAt ? try WalletFields.time(request.expiresAt, "expires_at") : nil
            let price = request.hasPointsPrice ? request.pointsPrice : nil
            let details = WalletOffer.Details(request.details)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey)
            let named = request.offerID.nonEmpty
            let newID = wallet.newID("off_")
            // The id of an offer that the caller does not name is made here.
            let made = named == nil ? audit.map { $0.about($0.subject + newID) } : audit
            let offers = WalletOffers(wallet.recording(made))
            return Multibrand_V1_Offer(
                try await offers.create(
                    id: named, newID: newID, details, pointsPrice: price, expiresAt: expiresAt, by: caller,
                    idempotency: idempotency, now: now()))
        }
        write(
            "UpdateOffer", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "offers/\($0.offerID)") }
        ) { (request: Multibrand_V1_UpdateOfferRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.offerID, "offer_id")
            let offers = WalletOffers(wallet)
            return Multibrand_V1_Offer(
                try await offers.update(id: id, WalletOffer.Details(request.details), by: caller, now: now()))
        }
        write(
            "PriceOffer", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "offers/\($0.offerID)", ["points_price": $0.priceInWords]) }
        ) { (request: Multibrand_V1_PriceOfferRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.offerID, "offer_id")
            let price = request.hasPointsPrice ? request.pointsPrice : nil
            let offers = WalletOffers(wallet)
            return Multibrand_V1_Offer(try await offers.reprice(id: id, pointsPrice: price, by: caller, now: now()))
        }
        write(
            "ExpireOffer", .operator, in: &routes,
            audits: {
                let expiresAt = try $0.hasExpiresAt ? WalletFields.time($0.expiresAt, "expires_at") : nil
                return try AuditedPart(
                    $0.environment, "offers/\($0.offerID)",
                    ["expires_at": expiresAt.map(WalletTime.text) ?? "never"])
            }
        ) { (request: Multibrand_V1_ExpireOfferRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.offerID, "offer_id")
            let expiresAt = request.hasExpiresAt ? try WalletFields.time(request.expiresAt, "expires_at") : nil
            let offers = WalletOffers(wallet)
            return Multibrand_V1_Offer(try await offers.expire(id: id, at: expiresAt, by: caller, now: now()))
        }
        routes.unary("ListOffers", .platform) { (request: Multibrand_V1_ListOffersRequest, _) in
            let caller = try request.environment.organisation()
            let page = try await WalletOffers(wallet).list(
                page: try WalletFields.page(request.pageSize, request.pageToken),
                isExpiredShown: request.includeExpired, by: caller, now: now())
            return Multibrand_V1_ListOffersResponse.with {
                $0.offers = page.items.map(Multibrand_V1_Offer.init)
                $0.nextPageToken = page.nextCursor ?? ""
            }
        }
    }
}

extension Multibrand_V1_CreateOfferRequest {
    fileprivate var priceInWords: String { hasPointsPrice ? "\(pointsPrice)" : "none" }
}

extension Multibrand_V1_PriceOfferRequest {
    fileprivate var priceInWords: String { hasPointsPrice ? "\(pointsPrice)" : "none" }
}

extension WalletOffer.Details {
    fileprivate init(_ message: Multibrand_V1_OfferDetails) {
        self.init(
            title: message.title, description: message.description_p, shortDescription: message.shortDescription,
            kind: message.kind, type: message.type)
    }
}
