import MultibrandAPI
import SwiftProtobuf

/// The wallet's SANDBOX as `dev` offers it: a key, and a small catalogue to redeem from.
enum DevWallet {
    /// What the key is called; those of earlier starts are revoked.
    static let label = "dev"
    static let offers: [(id: String, title: String, kind: String, pointsPrice: Int64?)] = [
        ("coffee", "A coffee", "voucher", 180), ("museum", "A day at the museum", "ticket", 950),
        ("newsletter", "The monthly letter", "subscription", nil),
    ]

    /// Makes the offers that are not there, and a key that works until the next start; returns the key.
    static func prepare(_ connection: AdminConnection) async throws -> String {
        let listed: Multibrand_V1_ListOffersResponse = try await connection.call(
            "WalletService/ListOffers", Multibrand_V1_ListOffersRequest.with { $0.environment = .sandbox })
        let known = Set(listed.offers.map(\.offerID))
        for offer in offers where !known.contains(offer.id) {
            let _: Multibrand_V1_Offer = try await connection.call(
                "WalletService/CreateOffer",
                Multibrand_V1_CreateOfferRequest.with {
                    $0.environment = .sandbox
                    $0.offerID = offer.id
                    $0.details.title = offer.title
                    $0.details.kind = offer.kind
                    if let price = offer.pointsPrice { $0.pointsPrice = price }
                })
        }
        let keys: Multibrand_V1_ListOrgKeysResponse = try await connection.call(
            "WalletService/ListOrgKeys", Multibrand_V1_ListOrgKeysRequest.with { $0.environment = .sandbox })
        for key in keys.orgKeys where key.label == label && !key.hasRevokedAt {
            let _: Multibrand_V1_OrgKey = try await connection.call(
                "WalletService/RevokeOrgKey",
                Multibrand_V1_RevokeOrgKeyRequest.with {
                    $0.environment = .sandbox
                    $0.keyID = key.keyID
                })
        }
        let created: Multibrand_V1_CreateOrgKeyResponse = try await connection.call(
            "WalletService/CreateOrgKey",
            Multibrand_V1_CreateOrgKeyRequest.with {
                $0.environment = .sandbox
                $0.label = label
            })
        return created.key
    }
}
