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

    /// Whether a type is an array this client knows, or one of a user's own types, whose layout is checked as it is
    /// read.
    private static func isArray(_ type: UInt32) -> Bool {
        builtIn.contains(type) || type >= PostgresTypeOID.firstUserDefined
    }

    /// 1015 is `varchar[]`, 1231 `numeric[]`, 199 `json[]`, 1003 `name[]`, 1002 `"char"[]`, 1028 `oid[]`, 1115
    /// `timestamp[]`.
    private static let builtIn: Set<UInt32> = [
        PostgresTypeOID.boolArray, PostgresTypeOID.byteaArray, PostgresTypeOID.int2Array, PostgresTypeOID.int4Array,
        PostgresTypeOID.textArray, PostgresTypeOID.int8Array, PostgresTypeOID.timestamptzArray,
        PostgresTypeOID.uuidArray, PostgresTypeOID.jsonbArray, 1015, 1231, 199, 1003, 1002, 1028, 1115,
    ]
}
