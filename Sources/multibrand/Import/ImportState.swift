import Cryptography
import Foundation

/// What an import had done of a file at one position, and the digest of what it had read.
struct ImportState: Codable, Equatable {
    var position = ImportPosition.beginning
    /// SHA-256 of every byte before the position, in hexadecimal.
    var digest = Hexadecimal.encode(SHA256.digest([]))
    var recorded: Int64 = 0
    var repeated: Int64 = 0
    var rejectedByReason: [String: Int64] = [:]
    /// How much of the file of rejected lines belongs to this position.
    var rejectedBytes: UInt64 = 0

    var rejected: Int64 { rejectedByReason.values.reduce(0, +) }
}
