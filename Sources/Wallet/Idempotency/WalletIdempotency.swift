import Rewards

/// A caller's idempotency key (contract section 7): the same request under it has one effect and one answer (I-5).
///
/// Which request came with it is not the caller's to say: each use case digests what it was asked for, see
/// ``WalletRequest``.
package struct WalletIdempotency: Sendable, Hashable {
    let key: String

    /// Takes a key.
    ///
    /// **Errors** `VALIDATION` for an empty key or one over 255 characters.
    package init(key: String) throws(WalletError) {
        guard IdentifierRule.check(key, bytesMax: 1020), key.unicodeScalars.count <= 255 else {
            throw WalletError(
                .validation, "\(.idempotencyKey) must be 1 to 255 characters without control characters",
                field: .idempotencyKey)
        }
        self.key = key
    }
}
