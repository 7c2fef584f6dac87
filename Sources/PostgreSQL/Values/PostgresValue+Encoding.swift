extension PostgresValue {
    enum WireFormat { case text, binary }

    /// The type under which the value is declared to the server.
    var typeOID: UInt32 {
        switch self {
        case .null, .text: PostgresTypeOID.unspecified
        case .bool: PostgresTypeOID.bool
        case .int2: PostgresTypeOID.int2
        case .int4: PostgresTypeOID.int4
        case .int8: PostgresTypeOID.int8
        case .bytea: PostgresTypeOID.bytea
        case .timestamptz: PostgresTypeOID.timestamptz
        case .uuid: PostgresTypeOID.uuid
        case .json: PostgresTypeOID.jsonb
        case .numeric: PostgresTypeOID.numeric
        case .boolArray: PostgresTypeOID.boolArray
        case .int2Array: PostgresTypeOID.int2Array
        case .int4Array, .int4ArrayNullable: PostgresTypeOID.int4Array
        case .int8Array, .int8ArrayNullable: PostgresTypeOID.int8Array
        case .textArray, .textArrayNullable: PostgresTypeOID.textArray
        case .byteaArray, .byteaArrayNullable: PostgresTypeOID.byteaArray
        case .timestamptzArray, .timestamptzArrayNullable: PostgresTypeOID.timestamptzArray
        case .uuidArray: PostgresTypeOID.uuidArray
        case .jsonArray, .jsonArrayNullable: PostgresTypeOID.jsonbArray
        }
    }

    /// Appends the value's bytes and says in which format they are; `position` is for the error's text alone.
    func encode(into bytes: inout [UInt8], position: Int) throws(PostgresError) -> WireFormat {
        switch self {
        case .null:
            return .text
        case .text(let value), .json(let value), .numeric(let value):
            try bytes.appendText(value, position: position)
            return .text
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .int2(let value): bytes.appendBigEndian(value)
        case .int4(let value): bytes.appendBigEndian(value)
        case .int8(let value): bytes.appendBigEndian(value)
        case .bytea(let value): bytes.append(contentsOf: value)
        case .timestamptz(let value): bytes.appendBigEndian(try value.wireValue())
        case .uuid(let value): try bytes.appendUUID(value, position: position)
        default: try encodeArray(into: &bytes, position: position)
        }
        return .binary
    }

    private func encodeArray(into bytes: inout [UInt8], position: Int) throws(PostgresError) {
        switch self {
        case .boolArray(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.bool) { $0.append($1 ? 1 : 0) }
        case .int2Array(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.int2) { $0.appendBigEndian($1) }
        case .int4Array(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.int4) { $0.appendBigEndian($1) }
        case .int8Array(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.int8) { $0.appendBigEndian($1) }
        case .textArray(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.text, Self.textElement(position))
        case .byteaArray(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.bytea) { $0.append(contentsOf: $1) }
        case .timestamptzArray(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.timestamptz, Self.timestampElement)
        case .uuidArray(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.uuid) { bytes, value throws(PostgresError) in
                try bytes.appendUUID(value, position: position)
            }
        case .jsonArray(let values):
            try bytes.appendArray(values, of: PostgresTypeOID.jsonb, Self.jsonElement(position))
        case .int4ArrayNullable(let values):
            try bytes.appendArrayNullable(values, of: PostgresTypeOID.int4) { $0.appendBigEndian($1) }
        case .int8ArrayNullable(let values):
            try bytes.appendArrayNullable(values, of: PostgresTypeOID.int8) { $0.appendBigEndian($1) }
        case .textArrayNullable(let values):
            try bytes.appendArrayNullable(values, of: PostgresTypeOID.text, Self.textElement(position))
        case .byteaArrayNullable(let values):
            try bytes.appendArrayNullable(values, of: PostgresTypeOID.bytea) { $0.append(contentsOf: $1) }
        case .timestamptzArrayNullable(let values):
            try bytes.appendArrayNullable(values, of: PostgresTypeOID.timestamptz, Self.timestampElement)
        case .jsonArrayNullable(let values):
            try bytes.appendArrayNullable(values, of: PostgresTypeOID.jsonb, Self.jsonElement(position))
        case .null, .bool, .int2, .int4, .int8, .text, .bytea, .timestamptz, .uuid, .json, .numeric:
            assertionFailure("a scalar is not encoded as an array")
        }
    }

    private typealias ElementEncoder<Element> = (inout [UInt8], Element) throws(PostgresError) -> Void

    private static func textElement(_ position: Int) -> ElementEncoder<String> {
        { bytes, value throws(PostgresError) in try bytes.appendText(value, position: position) }
    }

    private static func jsonElement(_ position: Int) -> ElementEncoder<String> {
        { bytes, value throws(PostgresError) in
            // The version byte of jsonb's binary form (jsonb_recv in PostgreSQL's jsonb.c).
            bytes.append(1)
            try bytes.appendText(value, position: position)
        }
    }

    private static func timestampElement(_ bytes: inout [UInt8], _ value: PostgresTimestamp) throws(PostgresError) {
        bytes.appendBigEndian(try value.wireValue())
    }
}
