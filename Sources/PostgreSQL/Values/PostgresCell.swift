/// One value of a row, as a decodable type reads it.
package struct PostgresCell: Sendable {
    let storage: ResultStorage
    let row: Int
    let column: Int

    /// The object identifier of the value's type.
    package var typeOID: UInt32 { storage.columnSet.columns[column].typeOID }
    /// Whether the value is NULL.
    package var isNull: Bool { storage.isNull(row: row, column: column) }

    /// Lends the value's bytes in PostgreSQL's binary format.
    ///
    /// **Errors** `decoding` when the value is NULL; `type` is named in the message.
    package func withBytes<R>(
        as type: Any.Type,
        _ body: (UnsafeRawBufferPointer) throws(PostgresError) -> R
    ) throws(PostgresError) -> R {
        if isNull { throw failure(type, "it is NULL; read it as an optional") }
        return try storage.withBytes(row: row, column: column, body)
    }

    /// The error for a value that does not fit `type`.
    package func failure(_ type: Any.Type, _ why: String) -> PostgresError {
        let name = storage.columnSet.columns[column].name
        return .decoding(
            "column \"\(name)\" of type \(PostgresTypeOID.name(of: typeOID)) cannot be read as \(type): \(why)")
    }

    /// The enum's case that a text of the value names.
    func word<Word: RawRepresentable>(_ text: String, of table: String) throws(PostgresError) -> Word
    where Word.RawValue == String {
        if let word = Word(rawValue: text) { return word }
        let name = storage.columnSet.columns[column].name
        throw .decoding(
            "\(table).\(name) holds \(String(text.prefix(64)).debugDescription), which this release does not know")
    }

    func unsupported(_ type: Any.Type) -> PostgresError {
        failure(type, "there is no conversion; cast the column in the SQL, for example to text")
    }
}
