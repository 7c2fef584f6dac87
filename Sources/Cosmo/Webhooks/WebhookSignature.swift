import Cryptography

/// Checks Cosmo's webhook signature: HMAC-SHA-256 over `timestamp:rawBody` (contract section 8.5).
///
/// **Guarantees**: the body is not looked at before the signature fits, the comparison takes the same time wherever two
/// signatures differ, every configured secret is tried, and the order of the checks is fixed, so that one delivery
/// always fails for the same reason.
/// **Cost**: one HMAC of the body per secret; the body is not copied.
package struct WebhookSignature: Sendable {
    /// The secrets that are valid now, in the order they are reported by index.
    package var secrets: [WebhookSecret]
    /// How old a timestamp may be.
    package var ageMax: Duration
    /// How far ahead of our clock a timestamp may be.
    package var futureSkewMax: Duration
    /// Whether upper-case hex is accepted too; the contract's default is lower case only (unknown 25).
    package var acceptsUppercaseHex: Bool

    /// Makes a check; the window's two sides are separate because retries age while clocks skew.
    package init(
        secrets: [WebhookSecret], ageMax: Duration = .seconds(300), futureSkewMax: Duration = .seconds(300),
        acceptsUppercaseHex: Bool = false
    ) {
        self.secrets = secrets
        self.ageMax = ageMax
        self.futureSkewMax = futureSkewMax
        self.acceptsUppercaseHex = acceptsUppercaseHex
    }

    /// The header that carries the signature.
    package static let signatureHeader = "x-signature"
    /// The header that carries the timestamp.
    package static let timestampHeader = "x-timestamp"

    /// A signature that fits.
    package struct Match: Sendable, Hashable {
        /// Which of `secrets` signed it.
        package let secretIndex: Int
        /// That secret's name.
        package let secretName: String
        /// The signed time, in seconds since the Unix epoch.
        package let timestampSeconds: Int64
    }

    /// Checks one delivery.
    ///
    /// The order is: both headers present, timestamp is digits, within the window, signature is 64 hex digits, compare.
    ///
    /// - Parameters:
    ///   - signature: the `x-signature` header as received.
    ///   - timestamp: the `x-timestamp` header as received; it is signed as this very text.
    ///   - body: the raw body.
    ///   - nowSeconds: the time, in seconds since the Unix epoch.
    /// **Errors**: `WebhookRejection`.
    package func verify(
        signature: String?, timestamp: String?, body: some Collection<UInt8>, nowSeconds: Int64
    ) throws(WebhookRejection) -> Match {
        let (received, stamp, seconds) = try read(signature, timestamp, nowSeconds: nowSeconds)
        let signed = Array("\(stamp):".utf8)
        var matched: Int?
        // Every secret is tried even after a match, so that the time does not reveal which one it was.
        for (index, secret) in secrets.enumerated() {
            let expected = HMACSHA256.authenticationCode(for: signed, body, key: secret.key)
            if constantTimeEquals(expected, received), matched == nil { matched = index }
        }
        guard let matched else { throw WebhookRejection(.signatureMismatch) }
        return Match(secretIndex: matched, secretName: secrets[matched].name, timestampSeconds: seconds)
    }

    /// Refuses by the headers alone what ``verify(signature:timestamp:body:nowSeconds:)`` would refuse whatever the
    /// body is.
    ///
    /// **Errors**: `WebhookRejection`, the same as `verify` would throw.
    func screen(signature: String?, timestamp: String?, nowSeconds: Int64) throws(WebhookRejection) {
        _ = try read(signature, timestamp, nowSeconds: nowSeconds)
    }

    /// The checks that need no body, in their order.
    private func read(
        _ signature: String?, _ timestamp: String?, nowSeconds: Int64
    ) throws(WebhookRejection) -> (code: [UInt8], stamp: String, seconds: Int64) {
        guard let signature, let timestamp else {
            throw WebhookRejection(signature == nil ? .signatureMissing : .timestampMissing)
        }
        guard let seconds = Self.seconds(of: timestamp) else { throw WebhookRejection(.timestampMalformed) }
        let age = Duration.seconds(nowSeconds - seconds)
        guard age <= ageMax else { throw WebhookRejection(.timestampStale) }
        guard age >= .zero - futureSkewMax else { throw WebhookRejection(.timestampInFuture) }
        guard signature.utf8.count == 2 * HMACSHA256.codeByteCount,
            let code = acceptsUppercaseHex
                ? Hexadecimal.decode(signature) : Hexadecimal.decodeLowercase(signature)
        else { throw WebhookRejection(.signatureMalformed) }
        return (code, timestamp, seconds)
    }

    /// The `x-signature` of a body: what a signer writes, used by tests and by `doctor`.
    package static func sign(body: some Collection<UInt8>, timestamp: String, secret: WebhookSecret) -> String {
        Hexadecimal.encode(HMACSHA256.authenticationCode(for: Array("\(timestamp):".utf8), body, key: secret.key))
    }

    /// Seconds since the epoch of a timestamp of 1 to 12 digits, or of 13 digits as milliseconds; nil for anything
    /// else.
    private static func seconds(of text: String) -> Int64? {
        guard (1...13).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int64(text)
        else { return nil }
        return text.utf8.count == 13 ? number / 1000 : number
    }
}
