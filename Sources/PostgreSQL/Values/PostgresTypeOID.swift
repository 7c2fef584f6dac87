/// The object identifiers of PostgreSQL's built-in types, fixed by `pg_type.dat`.
enum PostgresTypeOID {
    static let unspecified: UInt32 = 0
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let char: UInt32 = 18
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let unknown: UInt32 = 705
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let date: UInt32 = 1082
    static let timestamp: UInt32 = 1114
    static let timestamptz: UInt32 = 1184
    static let numeric: UInt32 = 1700
    static let void: UInt32 = 2278
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802

    static let boolArray: UInt32 = 1000
    static let byteaArray: UInt32 = 1001
    static let int2Array: UInt32 = 1005
    static let int4Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let timestamptzArray: UInt32 = 1185
    static let uuidArray: UInt32 = 2951
    static let jsonbArray: UInt32 = 3807

    /// The first identifier that a user's own type (an enum, for one) may have.
    static let firstUserDefined: UInt32 = 16384

    /// The type's name for messages.
    static func name(of oid: UInt32) -> String {
        names[oid] ?? "type with oid \(oid)"
    }

    private static let names: [UInt32: String] = [
        bool: "boolean", bytea: "bytea", char: "\"char\"", name: "name", int8: "bigint", int2: "smallint",
        int4: "integer", text: "text", oid: "oid", json: "json", unknown: "unknown", bpchar: "character",
        varchar: "character varying", date: "date", timestamp: "timestamp", timestamptz: "timestamptz",
        numeric: "numeric", void: "void", uuid: "uuid", jsonb: "jsonb", boolArray: "boolean[]",
        byteaArray: "bytea[]", int2Array: "smallint[]", int4Array: "integer[]", textArray: "text[]",
        int8Array: "bigint[]", timestamptzArray: "timestamptz[]", uuidArray: "uuid[]", jsonbArray: "jsonb[]",
        700: "real", 701: "double precision", 1083: "time", 1186: "interval", 1231: "numeric[]",
        1015: "character varying[]", 199: "json[]",
    ]
}
