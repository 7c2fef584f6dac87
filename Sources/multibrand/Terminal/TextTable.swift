/// A table for people: columns as wide as they need to be, numbers to the right, one rule under the head.
struct TextTable {
    enum Alignment { case left, right }

    struct Column {
        let title: String
        let alignment: Alignment

        static func text(_ title: String) -> Column { Column(title: title, alignment: .left) }
        static func number(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    var isEmpty: Bool { rows.isEmpty }

    /// Adds a row of as many cells as there are columns; control characters are shown, not sent to the terminal.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has \(cells.count) cells, the table \(columns.count) columns")
        rows.append(cells.map(Self.printable))
    }

    /// The lines of the table, without a final newline; a sentence instead when it has no rows.
    func rendered(whenEmpty: String = "Nothing to show.") -> String {
        guard !rows.isEmpty else { return whenEmpty }
        let widths = columns.indices.map { index in
            max(columns[index].title.count, rows.map { $0[index].count }.max() ?? 0)
        }
        var lines = [
            line(columns.map(\.title), widths),
            widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "),
        ]
        lines += rows.map { line($0, widths) }
        return lines.joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for index in cells.indices {
            let padding = String(repeating: " ", count: widths[index] - cells[index].count)
            if index > 0 { text += "  " }
            text += columns[index].alignment == .right ? padding + cells[index] : cells[index] + padding
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Text from elsewhere may hold terminal commands; they are spelt out instead.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 32 || ($0.value >= 127 && $0.value < 160) }) else {
            return text
        }
        var out = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 32 || (scalar.value >= 127 && scalar.value < 160) {
                out += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
