import Cryptography

/// How an endpoint distinguishes Cosmo's deliveries from others: the three modes of contract section 8.4.
///
/// **Guarantees**: in the modes without a signature, a signature that is sent all the same is checked whenever secrets
/// are configured, and a wrong one is refused.
package struct WebhookAuthentication: Sendable {
    /// The mode chosen for the endpoint in Cosmo's portal.
    package enum Mode: Sendable {
        /// `x-signature` and `x-timestamp`; the one the guide recommends.
        case signature
        /// `Authorization: Basic` with one of these credentials.
        case basic([WebhookBasicCredential])
        /// `Authorization: Bearer` with a token of our own token endpoint.
        case oauth(WebhookTokenEndpoint)
    }

    /// The headers a check needs, as received.
    package struct Headers: Sendable {
        /// `x-signature`.
        package var signature: String?
        /// `x-timestamp`.
        package var timestamp: String?
        /// `authorization`.
        package var authorization: String?

        /// Makes the headers of one delivery.
        package init(signature: String? = nil, timestamp: String? = nil, authorization: String? = nil) {
            self.signature = signature
            self.timestamp = timestamp
            self.authorization = authorization
        }
    }

    /// A delivery that is believed.
    package struct Verified: Sendable, Hashable {
        /// What vouched for it: the secret's name, `basic` or `oauth`.
        package let by: String
        /// The signed time in Unix seconds, when the delivery was signed; the order of events rests on it.
        package let timestampSeconds: Int64?
    }

    /// The mode of the endpoint.
    package var mode: Mode
    /// The signature check, needed by signature mode and used in the others when a signature comes along.
    package var signature: WebhookSignature

    /// Makes a check.
    package init(mode: Mode, signature: WebhookSignature) {
        self.mode = mode
        self.signature = signature
    }

    /// The endpoint that gives out tokens, in the mode that uses one.
    package var tokens: WebhookTokenEndpoint? {
        switch mode {
        case .signature, .basic: nil
        case .oauth(let endpoint): endpoint
        }
    }

    /// The mode in one word, for metrics: `signature`, `basic` or `oauth`.
    package var modeName: String {
        switch mode {
        case .signature: "signature"
        case .basic: "basic"
        case .oauth: "oauth"
        }
    }

    /// What a refused delivery is asked for instead, as the value of `WWW-Authenticate`.
    package var challenge: String {
        let scheme =
            switch mode {
            case .signature: "Signature"
            case .basic: "Basic"
            case .oauth: "Bearer"
            }
        return "\(scheme) realm=\"multibrand\""
    }

    /// Believes or rejects one delivery; nothing of the body is parsed.
    ///
    /// **Errors**: `WebhookRejection`, answered with 401.
    package func verify(
        headers: Headers, body: some Collection<UInt8>, nowSeconds: Int64
    ) throws(WebhookRejection) -> Verified {
        switch mode {
        case .signature:
            let match = try signature.verify(
                signature: headers.signature, timestamp: headers.timestamp, body: body, nowSeconds: nowSeconds)
            return Verified(by: match.secretName, timestampSeconds: match.timestampSeconds)
        case .basic:
            try verifyCredential(headers, nowSeconds: nowSeconds)
            let timestamp = try verifyIfSigned(headers, body: body, nowSeconds: nowSeconds)
            return Verified(by: "basic", timestampSeconds: timestamp)
        case .oauth:
            try verifyCredential(headers, nowSeconds: nowSeconds)
            let timestamp = try verifyIfSigned(headers, body: body, nowSeconds: nowSeconds)
            return Verified(by: "oauth", timestampSeconds: timestamp)
        }
    }

    /// Refuses by the headers alone what ``verify(headers:body:nowSeconds:)`` would refuse whatever the body is, so
    /// that the body need not be read.
    ///
    /// **Errors**: `WebhookRejection`, the same as `verify` would throw.
    package func screen(headers: Headers, nowSeconds: Int64) throws(WebhookRejection) {
        switch mode {
        case .signature:
            try signature.screen(
                signature: headers.signature, timestamp: headers.timestamp, nowSeconds: nowSeconds)
        case .basic, .oauth:
            try verifyCredential(headers, nowSeconds: nowSeconds)
            guard !signature.secrets.isEmpty, headers.signature != nil else { return }
            try signature.screen(
                signature: headers.signature, timestamp: headers.timestamp, nowSeconds: nowSeconds)
        }
    }

    private func verifyCredential(_ headers: Headers, nowSeconds: Int64) throws(WebhookRejection) {
        switch mode {
        case .signature: return
        case .basic(let accepted):
            guard let credential = WebhookBasicCredential(authorization: headers.authorization) else {
                throw WebhookRejection(headers.authorization == nil ? .authorizationMissing : .authorizationMalformed)
            }
            // No early exit: the time must not tell which credential came close.
            var isAccepted = false
            for candidate in accepted where candidate.matches(credential) { isAccepted = true }
            guard isAccepted else { throw WebhookRejection(.credentialsRefused) }
        case .oauth(let endpoint):
            try endpoint.verify(authorization: headers.authorization, nowSeconds: nowSeconds)
        }
    }

    private func verifyIfSigned(
        _ headers: Headers, body: some Collection<UInt8>, nowSeconds: Int64
    ) throws(WebhookRejection) -> Int64? {
        guard !signature.secrets.isEmpty, headers.signature != nil else { return nil }
        return try signature.verify(
            signature: headers.signature, timestamp: headers.timestamp, body: body, nowSeconds: nowSeconds
        ).timestampSeconds
    }
}
