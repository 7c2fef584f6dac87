/// How the cache keeps a preference: as bytes, a fraction of what the value costs in memory.
///
/// A door may give its own codec, the wire message it answers with, and then serve a hit without encoding anything.
package struct PreferencesCodec: Sendable {
    /// The bytes of a preference.
    package let encode: @Sendable (PreferencesSnapshot) -> [UInt8]
    /// The preference of bytes that `encode` made; nil for others.
    package let decode: @Sendable (_ cardID: String, _ bytes: [UInt8]) -> PreferencesSnapshot?

    /// Makes a codec from its two directions.
    package init(
        encode: @escaping @Sendable (PreferencesSnapshot) -> [UInt8],
        decode: @escaping @Sendable (_ cardID: String, _ bytes: [UInt8]) -> PreferencesSnapshot?
    ) {
        self.encode = encode
        self.decode = decode
    }

    /// The room's own compact form.
    package static let packed = PreferencesCodec(
        encode: { PackedPreferences.encode($0) }, decode: { PackedPreferences.decode(cardID: $0, $1) })
}
