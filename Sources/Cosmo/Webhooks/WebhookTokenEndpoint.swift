import Cryptography

/// Our token endpoint for Cosmo's OAuth mode: decides what to answer and checks the tokens it gave out (RFC 6749
/// section 4.4; contract section 8.4).
///
/// A token is its end and its client, signed: `<end>.<client digest>.<code>`, all hex. Any instance that shares the key
/// accepts the tokens of any other, and nothing is stored.
package struct WebhookTokenEndpoint: Sendable {
    /// What the endpoint answers.
    package struct Answer: Sendable, Hashable {
        /// The HTTP status.
        package let status: Int
        /// The JSON body.
        package let body: String
    }

    private let client: WebhookBasicCredential
    private let signingKey: [UInt8]
    private let lifetimeSeconds: Int64

    /// Makes an endpoint for the one client that is Cosmo; `signingKey` is shared by all instances, 32 bytes or more.
    package init(clientID: String, clientSecret: String, signingKey: [UInt8], lifetime: Duration = .seconds(600)) {
        client = WebhookBasicCredential(username: clientID, password: clientSecret)
        self.signingKey = signingKey
        lifetimeSeconds = max(1, lifetime.components.seconds)
    }

    /// Answers `POST /oauth/token`, credentials in a Basic header or in the form body but never in both.
    package func answer(authorization: String?, formBody: String, nowSeconds: Int64) -> Answer {
        guard let form = PercentEncoding.parseForm(formBody) else { return Self.failure(400, "invalid_request") }
        guard form["grant_type"] == "client_credentials" else {
            return Self.failure(400, form["grant_type"] == nil ? "invalid_request" : "unsupported_grant_type")
        }
        let inBody = form["client_id"] != nil || form["client_secret"] != nil
        guard !(inBody && authorization != nil) else { return Self.failure(400, "invalid_request") }
        let presented: WebhookBasicCredential?
        if authorization != nil {
            presented = WebhookBasicCredential(authorization: authorization).flatMap(Self.formDecoded)
        } else {
            presented = form["client_id"].flatMap { id in
                form["client_secret"].map { WebhookBasicCredential(username: id, password: $0) }
            }
        }
        guard let presented, client.matches(presented) else { return Self.failure(401, "invalid_client") }
        let token = token(endsAtSeconds: nowSeconds + lifetimeSeconds)
        return Answer(
            status: 200,
            body: #"{"access_token":"\#(token)","token_type":"Bearer","expires_in":\#(lifetimeSeconds)}"#)
    }

    /// Refuses by the `Authorization` header alone, so that the form need not be read; nil when the form decides.
    package func screen(authorization: String?) -> Answer? {
        guard let authorization else { return nil }
        let presented = WebhookBasicCredential(authorization: authorization).flatMap(Self.formDecoded)
        guard let presented, client.matches(presented) else { return Self.failure(401, "invalid_client") }
        return nil
    }

    /// Checks the `Authorization: Bearer` header of a delivery.
    ///
    /// **Errors**: `WebhookRejection`.
    package func verify(authorization: String?, nowSeconds: Int64) throws(WebhookRejection) {
        guard let authorization else { throw WebhookRejection(.authorizationMissing) }
        guard let token = WebhookBasicCredential.credentials(in: authorization, scheme: "bearer") else {
            throw WebhookRejection(.authorizationMalformed)
        }
        guard let end = token.split(separator: ".").first.flatMap({ Int64($0, radix: 16) }),
            constantTimeEquals(self.token(endsAtSeconds: end).utf8, token.utf8)
        else { throw WebhookRejection(.tokenRefused) }
        guard nowSeconds < end else { throw WebhookRejection(.tokenExpired) }
    }

    private func token(endsAtSeconds: Int64) -> String {
        let digest = Hexadecimal.encode(SHA256.digest(client.username.utf8).prefix(8))
        let claims = "\(String(endsAtSeconds, radix: 16)).\(digest)"
        return claims + "."
            + Hexadecimal.encode(HMACSHA256.authenticationCode(for: Array(claims.utf8), key: signingKey))
    }

    /// RFC 6749 section 2.3.1 form-encodes both halves before Basic encodes the pair.
    private static func formDecoded(_ credential: WebhookBasicCredential) -> WebhookBasicCredential? {
        guard let id = PercentEncoding.decodeForm(credential.username),
            let secret = PercentEncoding.decodeForm(credential.password)
        else { return nil }
        return WebhookBasicCredential(username: id, password: secret)
    }

    private static func failure(_ status: Int, _ error: String) -> Answer {
        Answer(status: status, body: #"{"error":"\#(error)"}"#)
    }
}
