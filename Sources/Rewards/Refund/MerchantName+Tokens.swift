extension MerchantName {
    /// What is between two words.
    struct Gap: OptionSet, Hashable {
        let rawValue: UInt8
        /// Two spaces or more, or a tab: where a column ends.
        static let wide = Gap(rawValue: 1)
        static let star = Gap(rawValue: 2)
        static let hash = Gap(rawValue: 4)
        static let comma = Gap(rawValue: 8)
        static let backslash = Gap(rawValue: 16)
        /// What separates a place from a name.
        static let ofPlaces: Gap = [.wide, .comma, .backslash]
    }

    /// A run of letters, marks and digits.
    struct Token: Hashable {
        var text: String
        /// What is before it.
        let gap: Gap

        var isNumber: Bool { text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        var hasDigit: Bool { text.utf8.contains { (0x30...0x39).contains($0) } }
        var hasLetter: Bool { text.unicodeScalars.contains { !("0"..."9").contains($0) } }
    }

    /// Cuts a folded text into words; an apostrophe joins, every other sign separates.
    static func tokens(_ folded: [Unicode.Scalar]) -> [Token] {
        var tokens: [Token] = []
        var word = String.UnicodeScalarView()
        var gap: Gap = []
        var spaces = 0
        func end() {
            guard !word.isEmpty else { return }
            tokens.append(Token(text: String(word), gap: gap))
            word = String.UnicodeScalarView()
            gap = []
            spaces = 0
        }
        for scalar in folded {
            if apostrophes.contains(scalar) { continue }
            if isOfWord(scalar) {
                word.append(scalar)
                continue
            }
            end()
            spaces = scalar == " " ? spaces + 1 : scalar == tab ? 2 : 0
            if spaces > 1 { gap.insert(.wide) }
            switch scalar {
            case "*": gap.insert(.star)
            case "#": gap.insert(.hash)
            case ",": gap.insert(.comma)
            case "\\": gap.insert(.backslash)
            default: break
            }
        }
        end()
        return tokens
    }

    /// The words with one space between.
    static func text(_ tokens: ArraySlice<Token>) -> String { tokens.map(\.text).joined(separator: " ") }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    private static let apostrophes: Set<Unicode.Scalar> = ["'", "\u{60}", "\u{B4}", "\u{2018}", "\u{2019}", "\u{2BC}"]
}
