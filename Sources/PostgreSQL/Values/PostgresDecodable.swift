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
