/// One row of a result.
package struct PostgresRow: Sendable {
    let storage: ResultStorage
    let index: Int

    /// Reads a column by name.
    ///
    /// **Errors** `decoding`, naming the column and both types, when there is no such column or are several, when it
    /// holds NULL and `T` is not optional, or when its type or value does not fit `T`.
    package func get<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        try T.decode(from: cell(name))
    }

    /// Reads one of an enum's words.
    ///
    /// - Parameter table: The table that the column comes from; an error names it.
    /// **Errors** `decoding`, naming the table and the column, when the column holds a word that the enum does not
    /// know: a newer release wrote it, or somebody did by hand. Otherwise as above.
    package func get<Word: RawRepresentable>(
        _ name: String, of table: String, as type: Word.Type = Word.self
    ) throws(PostgresError) -> Word where Word.RawValue == String {
        let cell = try cell(name)
        return try cell.word(String.decode(from: cell), of: table)
    }

    /// Reads one of an enum's words, or NULL; errors as above.
    package func get<Word: RawRepresentable>(
        _ name: String, of table: String, as type: Word?.Type = Word?.self
    ) throws(PostgresError) -> Word? where Word.RawValue == String {
        let cell = try cell(name)
        return cell.isNull ? nil : try cell.word(String.decode(from: cell), of: table)
    }

    /// Reads an array of an enum's words; errors as above.
    package func get<Word: RawRepresentable>(
        _ name: String, of table: String, as type: [Word].Type = [Word].self
    ) throws(PostgresError) -> [Word] where Word.RawValue == String {
        let cell = try cell(name)
        return try [String].decode(from: cell).map { text throws(PostgresError) in try cell.word(text, of: table) }
    }

    /// Reads an array of an enum's words, or of NULL; errors as above.
    package func get<Word: RawRepresentable>(
        _ name: String, of table: String, as type: [Word?].Type = [Word?].self
    ) throws(PostgresError) -> [Word?] where Word.RawValue == String {
        let cell = try cell(name)
        return try [String?].decode(from: cell).map { text throws(PostgresError) in
            guard let text else { return nil }
            return try cell.word(text, of: table)
        }
    }

    /// The value of the only column of a row, whatever it is called, as that of `select count(*) from t`.
    ///
    /// **Errors** `decoding` when the row has several columns or none; otherwise as ``get(_:as:)``.
    package func value<T: PostgresDecodable>(as type: T.Type = T.self) throws(PostgresError) -> T {
        let count = storage.columnSet.columns.count
        guard count == 1 else { throw .decoding("a row of \(count) columns was read as one of a single column") }
        return try T.decode(from: PostgresCell(storage: storage, row: index, column: 0))
    }

    private func cell(_ name: String) throws(PostgresError) -> PostgresCell {
        guard let column = storage.columnSet.index(of: name) else {
            let known = storage.columnSet.columns.map(\.name).joined(separator: ", ")
            throw .decoding("the result has no single column \"\(name)\"; it has: \(known)")
        }
        return PostgresCell(storage: storage, row: index, column: column)
    }

    /// The columns in order.
    package var columns: [PostgresColumn] { storage.columnSet.columns }
}
