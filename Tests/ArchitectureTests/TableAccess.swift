/// One place in SQL that writes, locks or reads a table.
struct TableAccess: Equatable {
    enum Kind: Equatable {
        /// An insert, an update, a delete, or a lock on a row or on the whole table.
        case write
        case read
    }

    let table: String
    let kind: Kind
    let line: Int
}

/// What the SQL of a Swift file does to tables, read from its string literals.
///
/// A statement may be put together from several literals; each is read for itself. A lock whose literal names no table
/// is taken for a lock on every table that the file reads.
struct TableAccessReader {
    /// The tables that there are; other names are those of common table expressions and aliases.
    private let tables: Set<String>
    private let change: Regex<AnyRegexOutput>
    private let source: Regex<AnyRegexOutput>
    private let lock: Regex<AnyRegexOutput>

    init(tables: Set<String>) throws {
        self.tables = tables
        func regex(_ pattern: String) throws -> Regex<AnyRegexOutput> {
            try Regex(pattern).wordBoundaryKind(.simple)
        }
        change = try regex(
            #"\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate|lock\s+table)\s+(?:only\s+)?(\w+|\\\()"#)
        let item = #"\w+(?:\s+(?:as\s+)?(?!join\b|using\b)\w+)?"#
        source = try regex(#"\b(?:from|join|using)\s+(?:only\s+)?(\#(item)(?:\s*,\s*\#(item))*)"#)
        lock = try regex(#"\bfor\s+(?:no\s+key\s+update|update|key\s+share|share)\b(?:\s+of\s+(\w+))?"#)
    }

    /// Every access of the file, in no order.
    func accesses(in file: SourceFile) -> [TableAccess] {
        let pieces = file.text.literals.map { SQLPiece($0) }
        let reads = pieces.flatMap { piece in
            piece.matches(source).filter { !piece.isBehind($0.start, "delete") }.flatMap { found in
                names(found.group).map { TableAccess(table: $0, kind: .read, line: piece.line(at: found.start)) }
            }
        }
        let changes = pieces.flatMap { piece in
            piece.matches(change).compactMap { found -> TableAccess? in
                let isUnknown = found.group.hasPrefix("\\")
                guard isUnknown || tables.contains(found.group), !piece.isBehind(found.start, "do", "for", "key") else {
                    return nil
                }
                let table = isUnknown ? "(a name that is put in)" : found.group
                return TableAccess(table: table, kind: .write, line: piece.line(at: found.start))
            }
        }
        let locks = pieces.flatMap { piece in
            piece.matches(lock).flatMap { found -> [TableAccess] in
                let sources = SQLPiece.matches(source, in: piece.scope(endingAt: found.start)).map(\.group)
                let locked =
                    sources.isEmpty
                    ? Set(reads.map(\.table))
                    : Set(sources.flatMap { names($0, called: found.group.isEmpty ? nil : found.group) })
                return locked.map { TableAccess(table: $0, kind: .write, line: piece.line(at: found.start)) }
            }
        }
        return reads + changes + locks
    }

    /// The tables in a list such as `spends s, legs as l`; only the one of that alias when it is given.
    private func names(_ list: String, called alias: String? = nil) -> [String] {
        list.split(separator: ",").compactMap { item in
            let words = item.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0 != "as" }
            guard let name = words.first, tables.contains(name) else { return nil }
            guard let alias else { return name }
            return alias == name || alias == words.dropFirst().first ? name : nil
        }
    }
}

/// A string literal, read as SQL: in small letters, with quoted texts emptied.
private struct SQLPiece {
    /// A match with its first group, which is empty when it took no part.
    struct Match {
        let start: String.Index
        let group: String
    }

    private let firstLine: Int
    private let text: String

    init(_ piece: SwiftText.Piece) {
        firstLine = piece.line
        text = piece.text.lowercased().replacing(/'[^'\n]*'/, with: "''")
    }

    static func matches(_ regex: Regex<AnyRegexOutput>, in text: String) -> [Match] {
        text.matches(of: regex).map { found in
            let group = found.output.count > 1 ? found.output[1].substring : nil
            return Match(start: found.range.lowerBound, group: group.map(String.init) ?? "")
        }
    }

    func matches(_ regex: Regex<AnyRegexOutput>) -> [Match] { Self.matches(regex, in: text) }

    func line(at index: String.Index) -> Int {
        firstLine + text[..<index].count { $0 == "\n" }
    }

    /// Whether one of these words comes right before a place.
    func isBehind(_ index: String.Index, _ words: String...) -> Bool {
        guard let word = text[..<index].split(whereSeparator: \.isWhitespace).last else { return false }
        return words.contains(String(word))
    }

    /// What stands at the same depth of parentheses before a place, without what is in deeper ones.
    func scope(endingAt index: String.Index) -> String {
        var depth = 0
        var scope = ""
        for character in text[..<index].reversed() {
            if character == ")" { depth += 1 }
            if character == "(" {
                depth -= 1
                if depth < 0 { break }
                continue
            }
            if depth == 0 { scope.append(character) }
        }
        return String(scope.reversed())
    }
}
