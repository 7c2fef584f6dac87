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
