import Cryptography
import PostgreSQL

/// The text of an organisation's key: `<prefix>_live_` or `<prefix>_sandbox_` and 256 random bits in hexadecimal.
///
/// **Guarantees** Printing it shows no part of the secret; only its SHA-256 is stored.
package struct WalletOrgKeySecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The key itself; a secret.
    package let text: String

    static func generate(prefix: String, _ environment: WalletEnvironment) -> WalletOrgKeySecret {
        WalletOrgKeySecret(
            text: opening(prefix, environment) + Hexadecimal.encode(randomBytes(count: 32)))
    }

    static func opening(_ prefix: String, _ environment: WalletEnvironment) -> String {
        switch environment {
        case .live: "\(prefix)_live_"
        case .sandbox: "\(prefix)_sandbox_"
        }
    }

    var digest: [UInt8] { SHA256.digest(text.utf8) }

    /// Says that it is a key, not which.
    package var description: String { "(organisation key)" }
    /// Says that it is a key, not which.
    package var debugDescription: String { description }
}
