/// PostgreSQL's binary send formats, appended to a byte array (`array_recv`, `int8recv`, `uuid_recv` in its sources).
extension [UInt8] {
    mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    mutating func appendText(_ value: String, position: Int) throws(PostgresError) {
        let start = count
        append(contentsOf: value.utf8)
        if self[start...].contains(0) {
            throw .encoding("parameter $\(position) holds the character U+0000, which PostgreSQL text cannot store")
        }
    }

    mutating func appendUUID(_ value: String, position: Int) throws(PostgresError) {
        var nibbles: [UInt8] = []
        nibbles.reserveCapacity(32)
        for byte in value.utf8 where byte != UInt8(ascii: "-") {
            guard let nibble = Self.hexValue(byte) else { throw Self.notUUID(position) }
            nibbles.append(nibble)
        }
        guard nibbles.count == 32 else { throw Self.notUUID(position) }
        for index in stride(from: 0, to: 32, by: 2) {
            append(nibbles[index] << 4 | nibbles[index + 1])
        }
    }

    mutating func appendArray<Value>(
        _ values: [Value],
        of elementType: UInt32,
        _ encode: (inout [UInt8], Value) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        appendArrayHeader(count: values.count, hasNulls: false, elementType: elementType)
        for value in values { try appendElement(value, encode) }
    }

    mutating func appendArrayNullable<Value>(
        _ values: [Value?],
        of elementType: UInt32,
        _ encode: (inout [UInt8], Value) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        appendArrayHeader(count: values.count, hasNulls: values.contains { $0 == nil }, elementType: elementType)
        for value in values {
            if let value {
                try appendElement(value, encode)
            } else {
                appendBigEndian(Int32(-1))
            }
        }
    }

    private mutating func appendArrayHeader(count elements: Int, hasNulls: Bool, elementType: UInt32) {
        reserveCapacity(count + 20 + elements * 12)
        appendBigEndian(Int32(elements == 0 ? 0 : 1))
        appendBigEndian(Int32(hasNulls ? 1 : 0))
        appendBigEndian(elementType)
        if elements == 0 { return }
        appendBigEndian(Int32(elements))
        appendBigEndian(Int32(1))
    }

    private mutating func appendElement<Value>(
        _ value: Value,
        _ encode: (inout [UInt8], Value) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        let lengthAt = count
        appendBigEndian(Int32(0))
        try encode(&self, value)
        // Truncation is harmless: a block beyond 1 GiB is refused as a whole.
        let length = UInt32(truncatingIfNeeded: count - lengthAt - 4)
        for shift in 0..<4 { self[lengthAt + shift] = UInt8(truncatingIfNeeded: length >> (24 - 8 * shift)) }
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func notUUID(_ position: Int) -> PostgresError {
        .encoding("parameter $\(position) is not a UUID: 32 hexadecimal digits are expected")
    }
}
