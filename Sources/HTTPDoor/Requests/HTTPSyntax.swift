/// The bytes that the rules of RFC 9110 and RFC 9112 are made of.
enum HTTPSyntax {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let colon: UInt8 = 0x3A

    /// `tchar` of RFC 9110 section 5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// What a field's value may hold (RFC 9110 section 5.5): no control but the tab.
    static func isValueByte(_ byte: UInt8) -> Bool { byte == tab || (byte >= 0x20 && byte != 0x7F) }

    /// What a request target may hold: visible ASCII, and no fragment (RFC 9112 section 3.2).
    static func isTargetByte(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) && byte != 0x23 }

    /// What `uri-host [":" port]` may hold (RFC 3986 section 3.2.2), without user information.
    static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F, 0x7E, 0x25: true
        case 0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D: true
        default: false
        }
    }

    /// The value of a hexadecimal digit.
    static func hexadecimalDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }

    /// A line's name and value, or nil when it is not a field: no name, blanks before the colon, a folded line, a
    /// control.
    static func field(_ line: Slice<UnsafeRawBufferPointer>) -> (
        name: Slice<UnsafeRawBufferPointer>, value: Slice<UnsafeRawBufferPointer>
    )? {
        guard let colon = line.firstIndex(of: colon), colon > line.startIndex else { return nil }
        let name = line[..<colon]
        var value = line[(colon + 1)...]
        while let first = value.first, first == space || first == tab { value.removeFirst() }
        while let last = value.last, last == space || last == tab { value.removeLast() }
        guard name.allSatisfy(isTokenByte), value.allSatisfy(isValueByte) else { return nil }
        return (name, value)
    }
}
