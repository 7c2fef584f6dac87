/// Appends JSON in its one canonical form: no spaces, whole numbers in plain digits, only the escapes that JSON
/// demands.
///
/// The writer does not sort: its caller writes an object's members in the order of the bytes of their names.
/// **Cost** A memory copy for each piece; built for writing a decision in a few microseconds.
struct CanonicalJSONWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    /// Punctuation and names, which are known to need no escape.
    mutating func literal(_ text: StaticString) {
        // SAFETY: the pointer is used only inside the closure, and a StaticString's bytes are never freed.
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func integer(_ value: Int64) {
        guard value != 0 else { return bytes.append(UInt8(ascii: "0")) }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var digits = 0
        var scan = rest
        while scan > 0 {
            scan /= 10
            digits += 1
        }
        for _ in 0..<digits { bytes.append(UInt8(ascii: "0")) }
        var place = bytes.count
        while rest > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place -= 1
            bytes[place] &+= UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
    }

    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isCopied: ()? = text.utf8.withContiguousStorageIfAvailable { content in
            for byte in content where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                for byte in content { escaped(byte) }
                return
            }
            bytes.append(contentsOf: content)
        }
        if isCopied == nil {
            for byte in text.utf8 { escaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): literal("\\\"")
        case UInt8(ascii: "\\"): literal("\\\\")
        case 0x0A: literal("\\n")
        case 0x0D: literal("\\r")
        case 0x09: literal("\\t")
        case 0..<0x20:
            let hex: StaticString = "0123456789abcdef"
            literal("\\u00")
            hex.withUTF8Buffer { digits in
                // SAFETY: both indexes are below 16, the length of the digits.
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        default: bytes.append(byte)
        }
    }

    mutating func value(_ value: JSONValue) {
        switch value {
        case .null: literal("null")
        case .bool(let truth): truth ? literal("true") : literal("false")
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            literal("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { literal(",") }
                self.value(element)
            }
            literal("]")
        case .object(let object):
            literal("{")
            for (index, member) in object.members.enumerated() {
                if index > 0 { literal(",") }
                string(member.name)
                literal(":")
                self.value(member.value)
            }
            literal("}")
        }
    }
}

extension JSONValue {
    /// The document in its one canonical form: sorted names, no spaces, numbers as they were written.
    public var canonicalBytes: [UInt8] {
        var writer = CanonicalJSONWriter(capacity: 256)
        writer.value(self)
        return writer.bytes
    }

    /// The canonical form as text.
    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }
}
