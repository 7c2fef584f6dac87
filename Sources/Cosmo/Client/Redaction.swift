/// How personal values are shortened before they are logged or kept in an audit record.
package enum Redaction {
    /// A recognisable stump of a value: `M-1001` becomes `M-1…1`, `zoe@example.org` becomes `z…@….org`.
    ///
    /// **Guarantees**: at most four characters of an identifier survive, one of a short one, and nothing of an e-mail
    /// address but its first letter and its last label.
    package static func mask(_ value: String) -> String {
        guard !value.isEmpty else { return "" }
        if let at = value.lastIndex(of: "@") {
            let domain = value[value.index(after: at)...]
            let label = domain.split(separator: ".").last.map { ".\($0)" } ?? ""
            return "\(value.prefix(1))…@…\(domain.contains(".") ? label : "")"
        }
        guard value.count >= 6 else { return "\(value.prefix(value.count > 2 ? 1 : 0))…" }
        return "\(value.prefix(3))…\(value.suffix(1))"
    }

    /// A short, printable excerpt of a peer's words with every given personal value and everything that looks like an
    /// e-mail address taken out.
    static func excerpt(_ text: String, hiding personal: [String], lengthMax: Int = 200) -> String {
        var cleaned = String(
            text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        for value in personal.sorted(by: { $0.count > $1.count }) where !value.isEmpty {
            cleaned = replacing(value, in: cleaned)
        }
        let words = cleaned.split(separator: " ", omittingEmptySubsequences: true)
            .map { $0.contains("@") ? "…@…" : String($0) }
        let line = words.joined(separator: " ")
        return line.count > lengthMax ? "\(line.prefix(lengthMax))…" : line
    }

    /// Replaces every occurrence of a value, whatever its case, with an ellipsis.
    private static func replacing(_ value: String, in text: String) -> String {
        let needle = Array(value.lowercased())
        var rest = Array(text)
        // Lower-casing may change the length of exotic text; compare character by character instead of by offset.
        var output: [Character] = []
        while !rest.isEmpty {
            if rest.count >= needle.count, zip(rest, needle).allSatisfy({ $0.lowercased() == String($1) }) {
                output.append("…")
                rest.removeFirst(needle.count)
            } else {
                output.append(rest.removeFirst())
            }
        }
        return String(output)
    }
}
