public import Wallet

extension WalletError.Reason {
    /// The one switch from a code to its HTTP status (contract section 9.1).
    public var httpStatus: Int {
        switch self {
        case .badRequest: 400
        case .unauthorized: 401
        case .insufficientOrgPoints: 402
        case .forbidden: 403
        case .notFound: 404
        case .conflict, .redemptionAlreadyExists, .idempotencyKeyReused: 409
        case .payloadTooLarge: 413
        case .validation, .insufficientPoints, .offerUnavailable, .webhookEventUnknown, .webhookURLNotAllowed: 422
        case .rateLimited: 429
        case .internalFault: 500
        }
    }
}
