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
