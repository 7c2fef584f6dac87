import COpenSSL

/// Says whether two byte strings are equal, in time that depends on their lengths only.
///
/// **Guarantees** Where the strings differ cannot be learned from how long the answer took (CRYPTO_memcmp). The lengths
/// are compared openly: they are public for every code and key hash of this project.
package func constantTimeEquals(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return left.withContiguousBytes { left in
        right.withContiguousBytes { right in
            left.isEmpty || CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}
