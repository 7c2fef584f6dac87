/// A parameter of a statement.
///
/// Numbers, bytes, timestamps and arrays travel in PostgreSQL's binary format under their own type. `text` travels
/// without a type, so the server takes the one the statement implies (`text`, an enum, `uuid`, `jsonb` ...); where
/// nothing implies one, write a cast such as `$1::text`. The same holds for `null`.
package enum PostgresValue: Sendable, Hashable {
    /// SQL NULL, of whatever type the statement implies.
    case null
    /// `boolean`.
    case bool(Bool)
    /// `smallint`.
    case int2(Int16)
    /// `integer`.
    case int4(Int32)
    /// `bigint`.
    case int8(Int64)
    /// Text of whatever type the statement implies; refused when it holds U+0000, which PostgreSQL cannot store.
    case text(String)
    /// `bytea`.
    case bytea([UInt8])
    /// `timestamptz`.
    case timestamptz(PostgresTimestamp)
    /// `uuid`, from its 32 hexadecimal digits with or without hyphens.
    case uuid(String)
    /// `jsonb`, from JSON text.
    case json(String)
    /// `numeric`, from decimal text such as `-12.50`.
    case numeric(String)
    /// `boolean[]`.
    case boolArray([Bool])
    /// `smallint[]`.
    case int2Array([Int16])
    /// `integer[]`.
    case int4Array([Int32])
    /// `bigint[]`.
    case int8Array([Int64])
    /// `text[]`.
    case textArray([String])
    /// `bytea[]`.
    case byteaArray([[UInt8]])
    /// `timestamptz[]`.
    case timestamptzArray([PostgresTimestamp])
    /// `uuid[]`.
    case uuidArray([String])
    /// `jsonb[]`, each element from JSON text.
    case jsonArray([String])
    /// `integer[]` whose elements may be NULL.
    case int4ArrayNullable([Int32?])
    /// `bigint[]` whose elements may be NULL.
    case int8ArrayNullable([Int64?])
    /// `text[]` whose elements may be NULL.
    case textArrayNullable([String?])
    /// `bytea[]` whose elements may be NULL.
    case byteaArrayNullable([[UInt8]?])
    /// `timestamptz[]` whose elements may be NULL.
    case timestamptzArrayNullable([PostgresTimestamp?])
    /// `jsonb[]` whose elements may be NULL.
    case jsonArrayNullable([String?])
}

extension PostgresValue: ExpressibleByNilLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    /// SQL NULL.
    package init(nilLiteral: ()) { self = .null }
    /// Text.
    package init(stringLiteral value: String) { self = .text(value) }
    /// A `bigint`.
    package init(integerLiteral value: Int64) { self = .int8(value) }
    /// A `boolean`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension PostgresValue {
    /// A `bigint` from a Swift `Int`, which has 64 bits on every platform this runs on.
    package static func int(_ value: Int) -> PostgresValue { .int8(Int64(value)) }
    /// Text, or NULL for `nil`.
    package static func textOrNull(_ value: String?) -> PostgresValue { value.map(PostgresValue.text) ?? .null }
    /// A `bigint`, or NULL for `nil`.
    package static func int8OrNull(_ value: Int64?) -> PostgresValue { value.map(PostgresValue.int8) ?? .null }
    /// A `timestamptz`, or NULL for `nil`.
    package static func timestamptzOrNull(_ value: PostgresTimestamp?) -> PostgresValue {
        value.map(PostgresValue.timestamptz) ?? .null
    }
}
