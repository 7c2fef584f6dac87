import COpenSSL

/// The SHA-256 hash function (FIPS 180-4), computed by the system's OpenSSL.
///
/// **Guarantees** Feeding the same bytes in any number of pieces gives the same digest.
///
/// **Concurrency** A value belongs to one task at a time; it is not `Sendable`.
package struct SHA256: ~Copyable {
    /// The length of a digest, in bytes.
    package static let digestByteCount = 32

    private let context: OpaquePointer

    /// Begins a hash over no bytes.
    package init() {
        guard let context = EVP_MD_CTX_new() else {
            preconditionFailure("OpenSSL is out of memory: no hash context")
        }
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "OpenSSL offers no SHA-256")
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes to the hash.
    ///
    /// **Cost** No copy when the collection is contiguous.
    package mutating func update(_ bytes: some Collection<UInt8>) {
        bytes.withContiguousBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// The digest of the bytes added so far; more may be added afterwards.
    package func digestSoFar() -> [UInt8] {
        let copy = SHA256()
        precondition(EVP_MD_CTX_copy_ex(copy.context, context) == 1, "OpenSSL refused to copy a hash")
        return copy.finalize()
    }

    /// Ends the hash and returns its 32 bytes.
    package consuming func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.digestByteCount) { digest, count in
            precondition(EVP_DigestFinal_ex(context, digest.baseAddress, nil) == 1, "OpenSSL refused to end a hash")
            count = Self.digestByteCount
        }
    }

    /// Returns the digest of bytes that are at hand as a whole.
    package static func digest(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }
}
