/// A Swift source split into what the compiler runs and what it does not: code, string literals, comments.
///
/// The scanner knows strings (also raw and multi-line ones, with interpolations, whose insides are code) and nested
/// comments; it does not know regular-expression literals, which this project does not use.
struct SwiftText {
    /// A piece of text and the line it begins on, counted from one.
    struct Piece: Equatable {
        let line: Int
        var text: String
    }

    /// The source with comments and the contents of strings replaced by spaces; lines are kept.
    private(set) var code = ""
    private(set) var literals: [Piece] = []
    private(set) var comments: [Piece] = []

    private let source: [UInt8]
    private var position = 0
    private var line = 1
    private var codeBytes: [UInt8] = []

    init(_ text: String) {
        source = Array(text.utf8)
        codeBytes.reserveCapacity(source.count)
        scanCode(untilParenthesis: false)
        code = String(decoding: codeBytes, as: UTF8.self)
    }

    /// The lines of the code that match a pattern, with their numbers.
    ///
    /// The pattern is the project's own text: one that does not compile is reported as found on line 0.
    func codeLines(matching pattern: String) -> [Piece] {
        guard let regex = try? Regex(pattern).wordBoundaryKind(.simple) else {
            return [Piece(line: 0, text: "bad pattern \(pattern)")]
        }
        return code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, text in
            text.firstMatch(of: regex).map { Piece(line: index + 1, text: String(text[$0.range])) }
        }
    }

    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while position < source.count {
            if begins("//") {
                scanLineComment()
            } else if begins("/*") {
                scanBlockComment()
            } else if let hashes = stringDelimiter() {
                scanString(hashes: hashes)
            } else {
                let byte = source[position]
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    depth -= 1
                    if untilParenthesis, depth < 0 { return }
                }
                take(asCode: true)
            }
        }
    }

    private mutating func scanLineComment() {
        var comment = Piece(line: line, text: "")
        let start = position
        while position < source.count, source[position] != UInt8(ascii: "\n") { take(asCode: false) }
        comment.text = String(decoding: source[start..<position], as: UTF8.self)
        comments.append(comment)
    }

    private mutating func scanBlockComment() {
        var comment = Piece(line: line, text: "")
        let start = position
        var depth = 0
        repeat {
            if begins("/*") {
                depth += 1
                take(asCode: false)
            } else if begins("*/") {
                depth -= 1
                take(asCode: false)
            }
            take(asCode: false)
        } while depth > 0 && position < source.count
        comment.text = String(decoding: source[start..<min(position, source.count)], as: UTF8.self)
        comments.append(comment)
    }

    /// How many `#` precede a quote that begins here; nil when no string begins here.
    private func stringDelimiter() -> Int? {
        var index = position
        while index < source.count, source[index] == UInt8(ascii: "#") { index += 1 }
        guard index < source.count, source[index] == UInt8(ascii: "\"") else { return nil }
        return index - position
    }

    private mutating func scanString(hashes: Int) {
        for _ in 0..<hashes { take(asCode: true) }
        let quotes = begins("\"\"\"") ? 3 : 1
        let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        for _ in 0..<quotes { take(asCode: true) }
        var literal = Piece(line: line, text: "")
        var bytes: [UInt8] = []
        while position < source.count, !begins(end) {
            if begins(escape + "(") {
                for _ in 0..<escape.utf8.count { take(asCode: false) }
                take(asCode: true)
                scanCode(untilParenthesis: true)
                if position < source.count { take(asCode: true) }
                bytes += Array("\\()".utf8)
            } else {
                let isEscape = begins(escape)
                for _ in 0..<(isEscape ? escape.utf8.count + 1 : 1) where position < source.count {
                    bytes.append(source[position])
                    take(asCode: false)
                }
            }
        }
        for _ in 0..<end.utf8.count where position < source.count { take(asCode: true) }
        literal.text = String(decoding: bytes, as: UTF8.self)
        literals.append(literal)
    }

    private func begins(_ text: String) -> Bool {
        source[position...].starts(with: text.utf8)
    }

    private mutating func take(asCode: Bool) {
        guard position < source.count else { return }
        let byte = source[position]
        let isLineEnd = byte == UInt8(ascii: "\n")
        codeBytes.append(asCode || isLineEnd ? byte : UInt8(ascii: " "))
        if isLineEnd { line += 1 }
        position += 1
    }
}
