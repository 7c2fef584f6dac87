extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
    /// Reads NULL as `nil`.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Wrapped??
    {
        guard let bytes else { return .some(nil) }
        guard let value = try Wrapped.decodeElement(bytes, type: type) else { return nil }
        return .some(value)
    }
}

extension String: PostgresArrayElement {
    /// Reads what `String` reads as a column.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> String? {
        bytes.flatMap { decode($0, type: type) }
    }
}

extension Bool: PostgresArrayElement {
    /// Reads `boolean`.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Bool? {
        guard let bytes, type == PostgresTypeOID.bool, bytes.count == 1 else { return nil }
        return bytes[0] != 0
    }
}

extension PostgresTimestamp: PostgresArrayElement {
    /// Reads `timestamptz` and `timestamp`.
    package static func decodeElement(
        _ bytes: UnsafeRawBufferPointer?, type: UInt32
    ) throws(PostgresError) -> PostgresTimestamp? {
        guard let bytes, type == PostgresTypeOID.timestamptz || type == PostgresTypeOID.timestamp, bytes.count == 8
        else {
            return nil
        }
        return try PostgresTimestamp(wireValue: bytes.bigEndian(Int64.self, at: 0))
    }
}

extension Array: PostgresArrayElement where Element == UInt8 {
    /// Reads `bytea`.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> [UInt8]?
    {
        guard let bytes, type == PostgresTypeOID.bytea else { return nil }
        return [UInt8](bytes)
    }
}

extension FixedWidthInteger {
    static func decodeIntegerElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) -> Self? {
        guard let bytes else { return nil }
        switch (type, bytes.count) {
        case (PostgresTypeOID.int2, 2): return Self(exactly: bytes.bigEndian(Int16.self, at: 0))
        case (PostgresTypeOID.int4, 4): return Self(exactly: bytes.bigEndian(Int32.self, at: 0))
        case (PostgresTypeOID.int8, 8): return Self(exactly: bytes.bigEndian(Int64.self, at: 0))
        case (PostgresTypeOID.oid, 4): return Self(exactly: bytes.bigEndian(UInt32.self, at: 0))
        case (PostgresTypeOID.numeric, _): return NumericText.decode(bytes).flatMap { Self($0) }
        default: return nil
        }
    }
}

extension Int: PostgresArrayElement {
    /// Reads any integer type whose value fits.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Int? {
        decodeIntegerElement(bytes, type: type)
    }
}

extension Int16: PostgresArrayElement {
    /// Reads any integer type whose value fits.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Int16? {
        decodeIntegerElement(bytes, type: type)
    }
}

extension Int32: PostgresArrayElement {
    /// Reads any integer type whose value fits.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Int32? {
        decodeIntegerElement(bytes, type: type)
    }
}

extension Int64: PostgresArrayElement {
    /// Reads any integer type whose value fits.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Int64? {
        decodeIntegerElement(bytes, type: type)
    }
}

extension UInt8: PostgresArrayElement {
    /// Never fits: `[UInt8]` reads `bytea`, and PostgreSQL has no unsigned byte.
    package static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> UInt8? {
        nil
    }
}
