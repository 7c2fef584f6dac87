/// A secret that signs member tokens; it prints as nothing.
package struct WalletTokenSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    let bytes: [UInt8]

    /// Takes a secret of at least 32 bytes; nil for a shorter one.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 32 else { return nil }
        self.bytes = bytes
    }

    /// Says that it is a secret, not which.
    package var description: String { "(secret)" }
    /// Says that it is a secret, not which.
    package var debugDescription: String { description }
}
