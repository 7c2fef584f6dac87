extension JSONValue {
    /// Reads one JSON document, strictly by RFC 8259.
    ///
    /// **Guarantees** Never recurses deeper than `depthMax` and never reads more than `bytesMax`.
    /// **Errors** ``JSONParseError``: also for repeated names, lone surrogates, invalid UTF-8 and anything after the
    /// document.
    public init(parsing bytes: [UInt8], bytesMax: Int = 1 << 20, depthMax: Int = 32) throws(JSONParseError) {
        guard bytes.count <= bytesMax else { throw JSONParseError(.tooLarge, atByte: bytesMax) }
        var parser = JSONParser(bytes: bytes, depthMax: depthMax)
        self = try parser.document()
    }

    /// Reads one JSON document from text; see ``init(parsing:bytesMax:depthMax:)-([UInt8],_,_)``.
    public init(parsing text: String, bytesMax: Int = 1 << 20, depthMax: Int = 32) throws(JSONParseError) {
        try self.init(parsing: Array(text.utf8), bytesMax: bytesMax, depthMax: depthMax)
    }
}

struct JSONParser {
    private let bytes: [UInt8]
    private let depthMax: Int
    private var position = 0

    init(bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    mutating func document() throws(JSONParseError) -> JSONValue {
        let value = try self.value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw malformed }
        return value
    }

    private var malformed: JSONParseError { JSONParseError(.malformed, atByte: position) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        for byte in text.utf8 where !take(byte) { throw malformed }
        return value
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> JSONValue {
        guard depth <= depthMax else { throw JSONParseError(.tooDeep, atByte: position) }
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw malformed }
        }
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSONValue {
        guard depth <= depthMax else { throw JSONParseError(.tooDeep, atByte: position) }
        position += 1
        var members: [JSONObject.Member] = []
        skipSpace()
        var ended = take(UInt8(ascii: "}"))
        while !ended {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw malformed }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw malformed }
            members.append(JSONObject.Member(name, try value(depth: depth)))
            skipSpace()
            ended = take(UInt8(ascii: "}"))
            guard ended || take(UInt8(ascii: ",")) else { throw malformed }
        }
        guard let object = JSONObject(members) else { throw JSONParseError(.nameRepeated, atByte: position) }
        return .object(object)
    }

    private mutating func number() throws(JSONParseError) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONParseError) {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw malformed }
    }

    private mutating func string() throws(JSONParseError) -> String {
        position += 1
        var content: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw malformed }
                position += 1
                return text
            case UInt8(ascii: "\\"):
                position += 1
                content.append(contentsOf: try escape().utf8)
            case 0..<0x20:
                throw malformed
            default:
                content.append(byte)
                position += 1
            }
        }
        throw malformed
    }

    private mutating func escape() throws(JSONParseError) -> String {
        guard let byte = current else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(try unicodeEscape())
        default:
            position -= 1
            throw malformed
        }
    }

    private mutating func unicodeEscape() throws(JSONParseError) -> UnicodeScalar {
        var code = try fourHexDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw malformed }
            let low = try fourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw malformed }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = UnicodeScalar(code) else { throw malformed }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONParseError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw malformed
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
