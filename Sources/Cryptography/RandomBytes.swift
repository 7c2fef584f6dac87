import COpenSSL

/// Returns bytes that nobody can predict, from OpenSSL's random generator.
///
/// **Guarantees** Never returns weaker bytes: without a seeded generator the process stops instead.
package func randomBytes(count: Int) -> [UInt8] {
    precondition(count >= 0, "a count of bytes cannot be negative")
    guard count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
        guard RAND_bytes(bytes.baseAddress, Int32(count)) == 1 else {
            preconditionFailure("OpenSSL has no seeded random generator; keys must not be made without one")
        }
        initialized = count
    }
}
