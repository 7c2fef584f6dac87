/// A Swift type that a column can be read as.
package protocol PostgresDecodable {
    /// Reads the value of a cell.
    ///
    /// **Errors** `decoding` when the cell's type or value does not fit.
    static func decode(from cell: PostgresCell) throws(PostgresError) -> Self
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Reads NULL as `nil`.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> Wrapped? {
        cell.isNull ? nil : try Wrapped.decode(from: cell)
    }
}

extension Bool: PostgresDecodable {
    /// Reads `boolean`.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> Bool {
        guard cell.typeOID == PostgresTypeOID.bool else { throw cell.unsupported(Bool.self) }
        return try cell.withBytes(as: Bool.self) { bytes throws(PostgresError) in
            guard bytes.count == 1 else { throw cell.failure(Bool.self, "its length is wrong") }
            return bytes[0] != 0
        }
    }
}

extension PostgresTimestamp: PostgresDecodable {
    /// Reads `timestamptz`, and `timestamp` as if it were UTC.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> PostgresTimestamp {
        guard cell.typeOID == PostgresTypeOID.timestamptz || cell.typeOID == PostgresTypeOID.timestamp else {
            throw cell.unsupported(PostgresTimestamp.self)
        }
        return try cell.withBytes(as: PostgresTimestamp.self) { bytes throws(PostgresError) in
            guard bytes.count == 8 else { throw cell.failure(PostgresTimestamp.self, "its length is wrong") }
            return try PostgresTimestamp(wireValue: bytes.bigEndian(Int64.self, at: 0))
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The big-endian integer at an offset that the caller has checked to be in bounds.
    func bigEndian<I: FixedWidthInteger>(_ type: I.Type, at offset: Int) -> I {
        I(bigEndian: loadUnaligned(fromByteOffset: offset, as: I.self))
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// Reads a one-dimensional array, or `bytea` as `[UInt8]`.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> [Element] {
        if let bytes = try ByteString.decode(from: cell, as: Self.self) { return bytes }
        let parsed = try cell.withBytes(as: Self.self) { bytes throws(PostgresError) in
            try ArrayLayout.parse(bytes, cell: cell, as: Self.self) { element, type throws(PostgresError) in
                try Element.decodeElement(element, type: type)
            }
        }
        return parsed
    }
}

/// `bytea` read as `[UInt8]`, which shares its Swift type with an array of small integers.
private enum ByteString {
    static func decode<Bytes>(from cell: PostgresCell, as type: Bytes.Type) throws(PostgresError) -> Bytes? {
        guard type == [UInt8].self else { return nil }
        guard cell.typeOID == PostgresTypeOID.bytea else { throw cell.unsupported(type) }
        return try cell.withBytes(as: type) { bytes throws(PostgresError) in [UInt8](bytes) as? Bytes }
    }
}

extension FixedWidthInteger {
    /// Reads any integer type, and `numeric` without a fraction, when the value fits.
    static func decodeInteger(from cell: PostgresCell) throws(PostgresError) -> Self {
        let type = cell.typeOID
        let wide: Int64 = try cell.withBytes(as: Self.self) { bytes throws(PostgresError) in
            switch (type, bytes.count) {
            case (PostgresTypeOID.int2, 2): return Int64(bytes.bigEndian(Int16.self, at: 0))
            case (PostgresTypeOID.int4, 4): return Int64(bytes.bigEndian(Int32.self, at: 0))
            case (PostgresTypeOID.int8, 8): return bytes.bigEndian(Int64.self, at: 0)
            case (PostgresTypeOID.oid, 4): return Int64(bytes.bigEndian(UInt32.self, at: 0))
            case (PostgresTypeOID.numeric, _):
                guard let text = NumericText.decode(bytes), let value = Int64(text) else {
                    throw cell.failure(Self.self, "it has a fraction or exceeds 64 bits")
                }
                return value
            default: throw cell.unsupported(Self.self)
            }
        }
        guard let value = Self(exactly: wide) else { throw cell.failure(Self.self, "the value is out of range") }
        return value
    }
}

extension Int: PostgresDecodable {
    /// Reads any integer type, and `numeric` without a fraction, when the value fits.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> Int { try decodeInteger(from: cell) }
}

extension Int16: PostgresDecodable {
    /// Reads any integer type, and `numeric` without a fraction, when the value fits.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> Int16 { try decodeInteger(from: cell) }
}

extension Int32: PostgresDecodable {
    /// Reads any integer type, and `numeric` without a fraction, when the value fits.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> Int32 { try decodeInteger(from: cell) }
}

extension Int64: PostgresDecodable {
    /// Reads any integer type, and `numeric` without a fraction (as `sum(bigint)` is), when the value fits.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> Int64 { try decodeInteger(from: cell) }
}

extension String: PostgresDecodable {
    /// Reads text types, `json`, `jsonb`, `uuid`, `numeric`, and enums.
    package static func decode(from cell: PostgresCell) throws(PostgresError) -> String {
        let type = cell.typeOID
        return try cell.withBytes(as: String.self) { bytes throws(PostgresError) in
            guard let text = decode(bytes, type: type) else { throw cell.unsupported(String.self) }
            return text
        }
    }

    static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> String? {
        switch type {
        case PostgresTypeOID.text, PostgresTypeOID.varchar, PostgresTypeOID.bpchar, PostgresTypeOID.name,
            PostgresTypeOID.json, PostgresTypeOID.unknown, PostgresTypeOID.char, PostgresTypeOID.void:
            return String(validating: bytes, as: UTF8.self)
        case PostgresTypeOID.jsonb:
            // One version byte, then the text (jsonb_send in PostgreSQL's jsonb.c).
            guard bytes.first == 1 else { return nil }
            return String(validating: UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), as: UTF8.self)
        case PostgresTypeOID.uuid:
            return bytes.count == 16 ? uuidText(bytes) : nil
        case PostgresTypeOID.numeric:
            return NumericText.decode(bytes)
        case PostgresTypeOID.firstUserDefined...:
            // An enum sends its label. Other user-defined types send bytes that would make no sense as text.
            return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
        default:
            return nil
        }
    }

    private static func uuidText(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
