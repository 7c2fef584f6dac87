import Cryptography
package import Rewards

/// The digest that pins what a program's rule was: plugin, version and configuration (I-9).
package enum PluginDigest {
    /// SHA-256, in hexadecimal, over name, version and canonical configuration, each after its length.
    ///
    /// **Guarantees** Equal configurations have equal digests however their text was laid out.
    package static func of(plugin name: String, version: String, configuration: JSONValue) -> String {
        var bytes: [UInt8] = []
        for part in [Array(name.utf8), Array(version.utf8), configuration.canonicalBytes] {
            // The length before each part keeps parts from running into each other.
            bytes.append(contentsOf: Array("\(part.count):".utf8))
            bytes.append(contentsOf: part)
        }
        return Hexadecimal.encode(SHA256.digest(bytes))
    }
}
