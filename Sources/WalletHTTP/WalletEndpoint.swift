import HTTPTypes

/// What the door serves under `/v1`; the raw values are the operations of docs/openapi.yaml.
enum WalletEndpoint: String, CaseIterable, Sendable {
    case exchangeToken
    case creditWallet
    case getWallet
    case listTransactions
    case placeHold
    case listHolds
    case getHold
    case captureHold
    case releaseHold
    case listOffers
    case createRedemption
    case listRedemptions
    case getRedemption
    case cancelRedemption
    case getEligibility
    case upsertMember
    case getMember
    case removeMember
    case getAnalyticsSummary
    case getAnalyticsOffers
    case getAnalyticsTimeseries
    case registerWebhook
    case listWebhooks
    case deleteWebhook

    /// The HTTP method.
    var method: HTTPRequest.Method {
        switch self {
        case .exchangeToken, .creditWallet, .placeHold, .captureHold, .releaseHold, .createRedemption,
            .cancelRedemption,
            .registerWebhook:
            .post
        case .getWallet, .listTransactions, .listHolds, .getHold, .listOffers, .listRedemptions, .getRedemption,
            .getEligibility, .getMember,
            .getAnalyticsSummary, .getAnalyticsOffers, .getAnalyticsTimeseries, .listWebhooks:
            .get
        case .upsertMember: .put
        case .removeMember, .deleteWebhook: .delete
        }
    }

    /// The path, with the names of its parameters in braces.
    var template: String {
        switch self {
        case .exchangeToken: "/v1/auth/exchange"
        case .creditWallet: "/v1/wallet/credit"
        case .getWallet: "/v1/wallet"
        case .listTransactions: "/v1/wallet/transactions"
        case .placeHold, .listHolds: "/v1/wallet/holds"
        case .getHold: "/v1/wallet/holds/{id}"
        case .captureHold: "/v1/wallet/holds/{id}/capture"
        case .releaseHold: "/v1/wallet/holds/{id}/release"
        case .listOffers: "/v1/offers"
        case .createRedemption, .listRedemptions: "/v1/redemptions"
        case .getRedemption: "/v1/redemptions/{id}"
        case .cancelRedemption: "/v1/redemptions/{id}/cancel"
        case .getEligibility: "/v1/eligibility"
        case .upsertMember, .getMember, .removeMember: "/v1/members/{externalUserID}"
        case .getAnalyticsSummary: "/v1/analytics/summary"
        case .getAnalyticsOffers: "/v1/analytics/offers"
        case .getAnalyticsTimeseries: "/v1/analytics/timeseries"
        case .registerWebhook, .listWebhooks: "/v1/webhooks"
        case .deleteWebhook: "/v1/webhooks/{id}"
        }
    }

    /// The status of every answer that is no refusal, whether the call did something or was answered before.
    var success: HTTPResponse.Status {
        switch self {
        case .placeHold, .createRedemption, .registerWebhook: .created
        default: .ok
        }
    }

    /// Whether only an organisation's key may call it (contract section 8.1).
    var isServerMode: Bool {
        switch self {
        case .exchangeToken, .creditWallet, .placeHold, .captureHold, .releaseHold, .upsertMember, .getMember,
            .removeMember, .getAnalyticsSummary,
            .getAnalyticsOffers, .getAnalyticsTimeseries, .registerWebhook, .listWebhooks, .deleteWebhook:
            true
        case .getWallet, .listTransactions, .listHolds, .getHold, .listOffers, .createRedemption, .listRedemptions,
            .getRedemption, .cancelRedemption, .getEligibility:
            false
        }
    }

    /// Whether a JSON object must come with it.
    var takesBody: Bool {
        switch self {
        case .exchangeToken, .creditWallet, .placeHold, .captureHold, .createRedemption, .upsertMember,
            .registerWebhook:
            true
        default: false
        }
    }
}
