package import Wallet

extension WalletError.Reason {
    /// The one switch from a code to its HTTP status (contract section 9.1).
    package var httpStatus: Int {
        switch self {
        case .unauthorized: 401
        case .insufficientOrgPoints: 402
        case .forbidden: 403
        case .notFound: 404
        case .conflict, .redemptionAlreadyExists, .idempotencyKeyReused: 409
        case .validation, .insufficientPoints, .offerUnavailable, .webhookEventUnknown, .webhookURLNotAllowed: 422
        case .internalFault: 500
        }
    }
}
