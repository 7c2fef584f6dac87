import COpenSSL

/// The keyed hash HMAC-SHA-256 (RFC 2104, FIPS 198-1), computed by the system's OpenSSL.
///
/// **Guarantees** The code over several pieces equals the code over their concatenation, so that
/// `timestamp`, `":"` and a large body need not be copied together first.
package enum HMACSHA256 {
    /// The length of an authentication code, in bytes.
    package static let codeByteCount = 32

    // SAFETY: a fetched EVP_MAC is immutable and reference counted; OpenSSL documents its use from many threads.
    nonisolated(unsafe) private static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else {
            preconditionFailure("OpenSSL offers no HMAC; its configuration must load a provider that has it")
        }
        return algorithm
    }()

    /// Returns the 32-byte code of the pieces, one after the other, under the key.
    ///
    /// **Cost** No piece is copied when it is contiguous.
    package static func authenticationCode(for pieces: any Collection<UInt8>..., key: some Collection<UInt8>) -> [UInt8]
    {
        guard let context = EVP_MAC_CTX_new(algorithm) else {
            preconditionFailure("OpenSSL is out of memory: no HMAC context")
        }
        defer { EVP_MAC_CTX_free(context) }
        begin(context, key: key)
        for piece in pieces {
            add(piece, to: context)
        }
        return [UInt8](unsafeUninitializedCapacity: codeByteCount) { code, count in
            var written = 0
            let ended = EVP_MAC_final(context, code.baseAddress, &written, codeByteCount)
            precondition(ended == 1 && written == codeByteCount, "OpenSSL refused to end an HMAC")
            count = written
        }
    }

    /// Says whether `code` is the authentication code of the pieces, in time that does not depend on where they differ.
    package static func isValid(
        _ code: some Collection<UInt8>, for pieces: any Collection<UInt8>..., key: some Collection<UInt8>
    ) -> Bool {
        guard let context = EVP_MAC_CTX_new(algorithm) else {
            preconditionFailure("OpenSSL is out of memory: no HMAC context")
        }
        defer { EVP_MAC_CTX_free(context) }
        begin(context, key: key)
        for piece in pieces {
            add(piece, to: context)
        }
        var expected = [UInt8](repeating: 0, count: codeByteCount)
        var written = 0
        let ended = EVP_MAC_final(context, &expected, &written, codeByteCount)
        precondition(ended == 1 && written == codeByteCount, "OpenSSL refused to end an HMAC")
        return constantTimeEquals(code, expected)
    }

    /// The name of the parameter that names the digest (OSSL_MAC_PARAM_DIGEST). OpenSSL keeps the pointer to it until
    /// the parameters are read; a string's own pointer would be gone by then.
    private static let digestParameter: StaticString = "digest"

    private static func begin(_ context: OpaquePointer, key: some Collection<UInt8>) {
        var digest = Array("SHA256".utf8CString)
        digest.withUnsafeMutableBufferPointer { name in
            let parameters = [
                digestParameter.withUTF8Buffer { parameter in
                    // SAFETY: a static string ends with a zero and lives as long as the process.
                    parameter.withMemoryRebound(to: CChar.self) {
                        OSSL_PARAM_construct_utf8_string($0.baseAddress, name.baseAddress, 0)
                    }
                },
                OSSL_PARAM_construct_end(),
            ]
            key.withContiguousBytes { bytes in
                // A null key means "keep the former key" to OpenSSL, so an empty key needs an address of its own.
                let started = withUnsafeBytes(of: UInt8(0)) { empty in
                    let base = bytes.baseAddress ?? empty.bindMemory(to: UInt8.self).baseAddress
                    return EVP_MAC_init(context, base, bytes.count, parameters)
                }
                precondition(started == 1, "OpenSSL refused to start an HMAC with SHA-256")
            }
        }
    }

    private static func add(_ piece: some Collection<UInt8>, to context: OpaquePointer) {
        piece.withContiguousBytes { _ = EVP_MAC_update(context, $0.baseAddress, $0.count) }
    }
}
