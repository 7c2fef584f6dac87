/// A column holds a word that this build does not know: a newer release wrote it, or it was changed by hand.
struct UnknownStoredText: Error, Hashable, CustomStringConvertible {
    let column: String
    let text: String

    var description: String { "\(column) holds \(text.debugDescription), which this release does not know" }

    /// The word's meaning.
    static func read<T: RawRepresentable>(_ text: String, from column: String) throws(UnknownStoredText) -> T
    where T.RawValue == String {
        guard let value = T(rawValue: text) else { throw UnknownStoredText(column: column, text: text) }
        return value
    }
}
