import COpenSSL

/// Protocol names for ALPN (RFC 7301), in order of preference, as they travel: each behind its length.
final class ApplicationProtocols: Sendable {
    let wire: [UInt8]

    init(_ names: [String]) {
        wire = names.flatMap { name in [UInt8(name.utf8.count)] + Array(name.utf8) }
    }

    /// The first of our names that the peer offers too, as a place in our own list.
    func select(from offered: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var position = 0
        while position < wire.count {
            let name = (position + 1)..<(position + 1 + Int(wire[position]))
            var candidate = 0
            while candidate < offered.count {
                let end = candidate + 1 + Int(offered[candidate])
                guard end <= offered.count else { break }
                if offered[(candidate + 1)..<end].elementsEqual(wire[name]) { return name }
                candidate = end
            }
            position = name.upperBound
        }
        return nil
    }
}
