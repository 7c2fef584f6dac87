/// Why a webhook delivery was not believed.
///
/// **Guarantees**: holds nothing of the delivery, so it may be logged and counted as it is.
package struct WebhookRejection: Error, Sendable, Hashable, CustomStringConvertible {
    /// The stable reasons.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// No `x-signature` header.
        case signatureMissing = "WEBHOOK_SIGNATURE_MISSING"
        /// No `x-timestamp` header.
        case timestampMissing = "WEBHOOK_TIMESTAMP_MISSING"
        /// The timestamp is not digits, or too many.
        case timestampMalformed = "WEBHOOK_TIMESTAMP_MALFORMED"
        /// The timestamp is older than allowed.
        case timestampStale = "WEBHOOK_TIMESTAMP_STALE"
        /// The timestamp is further ahead than allowed.
        case timestampInFuture = "WEBHOOK_TIMESTAMP_IN_FUTURE"
        /// The signature is not 64 lower-case hex digits.
        case signatureMalformed = "WEBHOOK_SIGNATURE_MALFORMED"
        /// No configured secret signed this body at this time.
        case signatureMismatch = "WEBHOOK_SIGNATURE_MISMATCH"
        /// No `Authorization` header, or one of another scheme.
        case authorizationMissing = "WEBHOOK_AUTHORIZATION_MISSING"
        /// The `Authorization` header cannot be read.
        case authorizationMalformed = "WEBHOOK_AUTHORIZATION_MALFORMED"
        /// The user name or password is wrong.
        case credentialsRefused = "WEBHOOK_CREDENTIALS_REFUSED"
        /// The bearer token is not one of ours.
        case tokenRefused = "WEBHOOK_TOKEN_REFUSED"
        /// The bearer token has ended.
        case tokenExpired = "WEBHOOK_TOKEN_EXPIRED"
    }

    /// The stable reason.
    package let reason: Reason

    /// Makes a rejection.
    package init(_ reason: Reason) {
        self.reason = reason
    }

    /// The reason and what to check.
    package var description: String { "\(reason.rawValue): \(advice)" }

    private var advice: String {
        switch reason {
        case .signatureMissing, .timestampMissing:
            "the endpoint must use signature mode in Cosmo's portal, and a proxy must keep its headers"
        case .timestampMalformed: "the timestamp must be Unix seconds in digits"
        case .timestampStale: "the delivery is too old; check our clock, or widen the age limit for late retries"
        case .timestampInFuture: "the delivery is ahead of our clock; check the clock's synchronisation"
        case .signatureMalformed: "the signature must be 64 lower-case hex digits"
        case .signatureMismatch: "no configured secret signed this body; check the endpoint's secret and any proxy"
        case .authorizationMissing: "the endpoint's authentication mode in Cosmo's portal must match ours"
        case .authorizationMalformed: "the Authorization header cannot be read"
        case .credentialsRefused: "the user name or password differs from the one configured"
        case .tokenRefused: "the bearer token was not issued by this service's token endpoint"
        case .tokenExpired: "the bearer token has ended; Cosmo fetches another one"
        }
    }
}
