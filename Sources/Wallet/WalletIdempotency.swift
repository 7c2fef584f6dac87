import Cryptography
public import Rewards

/// A caller's idempotency key with the digest of the request it came with (contract section 7).
public struct WalletIdempotency: Sendable, Hashable {
    let key: String
    let requestDigest: [UInt8]

    /// Takes a key with what identifies its request; bodies are compared in canonical form (contract U9).
    ///
    /// - Parameters:
    ///   - method: the HTTP method; the RPC door gives the method of the same REST call.
    ///   - path: the path, as `/v1/wallet/credit`.
    ///   - body: the parsed body; nil when there is none.
    /// **Errors** `VALIDATION` for an empty key or one over 255 characters.
    public init(key: String, method: String, path: String, body: JSONValue?) throws(WalletError) {
        guard IdentifierRule.check(key, bytesMax: 1020), key.unicodeScalars.count <= 255 else {
            throw WalletError(
                .validation, "Idempotency-Key must be 1 to 255 characters without control characters",
                field: "Idempotency-Key")
        }
        self.key = key
        var hash = SHA256()
        hash.update(Array("\(method) \(path)\n".utf8))
        hash.update(body?.canonicalBytes ?? [])
        requestDigest = hash.finalize()
    }
}
