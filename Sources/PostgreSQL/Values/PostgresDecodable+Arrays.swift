extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// Reads a one-dimensional array, or `bytea` as `[UInt8]`.
    public static func decode(from cell: PostgresCell) throws(PostgresError) -> [Element] {
        if let bytes = try ByteString.decode(from: cell, as: Self.self) { return bytes }
        let parsed = try cell.withBytes(as: Self.self) { bytes throws(PostgresError) in
            try ArrayLayout.parse(bytes, cell: cell, as: Self.self) { element, type throws(PostgresError) in
                try Element.decodeElement(element, type: type)
            }
        }
        return parsed
    }
}

/// A Swift type that an element of a PostgreSQL array can be read as.
public protocol PostgresArrayElement {
    /// Reads an element from its binary form; `nil` bytes mean NULL. Returns `nil` when it does not fit.
    static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Self?
}

/// `bytea` read as `[UInt8]`, which shares its Swift type with an array of small integers.
private enum ByteString {
    static func decode<Bytes>(from cell: PostgresCell, as type: Bytes.Type) throws(PostgresError) -> Bytes? {
        guard type == [UInt8].self else { return nil }
        guard cell.typeOID == PostgresTypeOID.bytea else { throw cell.unsupported(type) }
        return try cell.withBytes(as: type) { bytes throws(PostgresError) in [UInt8](bytes) as? Bytes }
    }
}

/// The layout of a binary array (`array_send` in PostgreSQL's arrayfuncs.c).
enum ArrayLayout {
    static func parse<Element>(
        _ bytes: UnsafeRawBufferPointer,
        cell: PostgresCell,
        as type: Any.Type,
        _ decode: (UnsafeRawBufferPointer?, UInt32) throws(PostgresError) -> Element?
    ) throws(PostgresError) -> [Element] {
        guard isArray(cell.typeOID), bytes.count >= 12 else { throw cell.unsupported(type) }
        let dimensions = bytes.bigEndian(Int32.self, at: 0)
        let elementType = bytes.bigEndian(UInt32.self, at: 8)
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.count >= 20 else {
            throw cell.failure(type, "it has \(dimensions) dimensions; one is expected")
        }
        var elements: [Element] = []
        var offset = 20
        for _ in 0..<bytes.bigEndian(Int32.self, at: 12) {
            guard offset + 4 <= bytes.count else { throw cell.failure(type, "it is cut short") }
            let length = Int(bytes.bigEndian(Int32.self, at: offset))
            offset += 4
            var slice: UnsafeRawBufferPointer?
            if length >= 0 {
                guard offset + length <= bytes.count else { throw cell.failure(type, "it is cut short") }
                slice = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                offset += length
            }
            guard let element = try decode(slice, elementType) else {
                let what = slice == nil ? "an element is NULL; read optional elements" : "an element does not fit"
                throw cell.failure(type, what)
            }
            elements.append(element)
        }
        return elements
    }

    /// Whether a type is an array this client knows, or one of a user's own types, whose layout is checked as it is read.
    private static func isArray(_ type: UInt32) -> Bool {
        builtIn.contains(type) || type >= PostgresTypeOID.firstUserDefined
    }

    /// 1015 is `varchar[]`, 1231 `numeric[]`, 199 `json[]`, 1003 `name[]`, 1002 `"char"[]`, 1028 `oid[]`, 1115 `timestamp[]`.
    private static let builtIn: Set<UInt32> = [
        PostgresTypeOID.boolArray, PostgresTypeOID.byteaArray, PostgresTypeOID.int2Array, PostgresTypeOID.int4Array,
        PostgresTypeOID.textArray, PostgresTypeOID.int8Array, PostgresTypeOID.timestamptzArray,
        PostgresTypeOID.uuidArray, PostgresTypeOID.jsonbArray, 1015, 1231, 199, 1003, 1002, 1028, 1115,
    ]
}
