import Access
import MultibrandAPI
import RPC
import Rewards
import Spending
import SwiftProtobuf

extension SpendDoor {
    /// Purchases that are authorised now and clear later.
    func registerAuthorizations(in routes: inout DoorRoutes) {
        routes.unary("AuthorizeSpend", .platform, audits: { AuditedPart($0.authorizationID) }) {
            (request: Multibrand_V1_AuthorizeSpendRequest, _, audit) in
            Multibrand_V1_Authorization(try await authorizeSpend(AuthorizationRequest(request), audit: audit))
        }
        routes.unary("ReverseAuthorization", .platform, audits: { AuditedPart($0.authorizationID) }) {
            (request: Multibrand_V1_ReverseAuthorizationRequest, _, audit) in
            Multibrand_V1_Authorization(try await reverseAuthorization(request.authorizationID, audit: audit))
        }
        routes.unary("GetAuthorization", .platform) { (request: Multibrand_V1_GetAuthorizationRequest, _) in
            Multibrand_V1_Authorization(try await getAuthorization(request.authorizationID))
        }
    }
}

extension AuthorizationRequest {
    /// **Errors** ``InvalidField`` for a time that is none.
    init(_ request: Multibrand_V1_AuthorizeSpendRequest) throws {
        self.init(
            authorizationID: request.authorizationID, cardID: request.cardID,
            currencyCode: request.amount.currencyCode, amountMinor: request.amount.minorUnits,
            merchantCategoryCode: request.merchantCategoryCode, merchantName: request.merchantName,
            merchantCountry: request.merchantCountry,
            authorizedAt: request.hasAuthorizedAt ? try request.authorizedAt.instant("authorized_at") : nil)
    }
}

extension Multibrand_V1_Authorization {
    init(_ answer: AuthorizationAnswer) {
        self.init(answer.authorization)
        replayed = answer.replayed
    }

    init(_ authorization: SpendAuthorization) {
        self.init()
        authorizationID = authorization.authorizationID
        cardID = authorization.cardID
        amount = Multibrand_V1_Money(authorization.amount.minorUnits, of: authorization.amount.currency)
        merchantCategoryCode = authorization.merchantCategoryCode
        merchantName = authorization.merchantName
        merchantCountry = authorization.merchantCountry
        authorizedAt = Google_Protobuf_Timestamp(authorization.authorizedAt)
        preferenceVersion = authorization.preferenceVersion
        status =
            switch authorization.status {
            case .open: .open
            case .reversed: .reversed
            }
        clearedMinor = authorization.clearedMinor
        recordedAt = Google_Protobuf_Timestamp(authorization.recordedAt)
        if let reversed = authorization.reversedAt { reversedAt = Google_Protobuf_Timestamp(reversed) }
    }
}
