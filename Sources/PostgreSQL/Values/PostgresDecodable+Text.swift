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
