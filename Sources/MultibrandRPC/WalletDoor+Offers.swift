import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// The catalog.
    func registerOffers(in routes: inout DoorRoutes) {
        unary("CreateOffer", in: &routes) { (request: Multibrand_V1_CreateOfferRequest, context) in
            let caller = try request.environment.organisation()
            let expiresAt = request.hasExpiresAt ? try WalletFields.time(request.expiresAt, "expires_at") : nil
            let price = request.hasPointsPrice ? request.pointsPrice : nil
            let details = WalletOffer.Details(request.details)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey)
            let named = request.offerID.nonEmpty
            let newID = wallet.newID("off_")
            let offers = WalletOffers(
                recording(
                    "CreateOffer", "offers/\(named ?? newID)", caller, context, ["points_price": Self.words(price)]))
            return Multibrand_V1_Offer(
                try await offers.create(
                    id: named, newID: newID, details, pointsPrice: price, expiresAt: expiresAt, by: caller,
                    idempotency: idempotency, now: now()))
        }
        unary("UpdateOffer", in: &routes) { (request: Multibrand_V1_UpdateOfferRequest, context) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.offerID, "offer_id")
            let offers = WalletOffers(recording("UpdateOffer", "offers/\(id)", caller, context))
            return Multibrand_V1_Offer(
                try await offers.update(id: id, WalletOffer.Details(request.details), by: caller, now: now()))
        }
        unary("PriceOffer", in: &routes) { (request: Multibrand_V1_PriceOfferRequest, context) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.offerID, "offer_id")
            let price = request.hasPointsPrice ? request.pointsPrice : nil
            let offers = WalletOffers(
                recording("PriceOffer", "offers/\(id)", caller, context, ["points_price": Self.words(price)]))
            return Multibrand_V1_Offer(try await offers.reprice(id: id, pointsPrice: price, by: caller, now: now()))
        }
        unary("ExpireOffer", in: &routes) { (request: Multibrand_V1_ExpireOfferRequest, context) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.offerID, "offer_id")
            let expiresAt = request.hasExpiresAt ? try WalletFields.time(request.expiresAt, "expires_at") : nil
            let offers = WalletOffers(
                recording(
                    "ExpireOffer", "offers/\(id)", caller, context,
                    ["expires_at": expiresAt.map(WalletTime.text) ?? "never"]))
            return Multibrand_V1_Offer(try await offers.expire(id: id, at: expiresAt, by: caller, now: now()))
        }
        unary("ListOffers", in: &routes) { (request: Multibrand_V1_ListOffersRequest, _) in
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

    private static func words(_ price: Int64?) -> String { price.map { "\($0)" } ?? "none" }
}

extension WalletOffer.Details {
    fileprivate init(_ message: Multibrand_V1_OfferDetails) {
        self.init(
            title: message.title, description: message.description_p, shortDescription: message.shortDescription,
            kind: message.kind, type: message.type)
    }
}
