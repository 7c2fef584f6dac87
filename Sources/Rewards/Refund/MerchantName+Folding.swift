extension MerchantName {
    /// The scalars of a text without what makes no difference: Unicode case folding, full-width and half-width forms,
    /// ligatures, raised and lowered digits, and one kind of space; what is not shown is left out.
    ///
    /// Runs of spaces stay, since a wide one may separate a place. Canonically equivalent texts stay equivalent.
    static func folded(_ text: String) -> [Unicode.Scalar] {
        var folded: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                folded.append(asciiFolded(scalar))
                continue
            }
            let scalar = compatible(scalar)
            if scalar.properties.isDefaultIgnorableCodePoint { continue }
            if scalar.properties.isWhitespace {
                folded.append(" ")
                continue
            }
            // A capital dotted I is an i in lower case; the dot stays behind as a mark of its own.
            for mapped in caseFolded(scalar) where !(mapped == dotAbove && folded.last == "i") { folded.append(mapped) }
        }
        return folded
    }

    private static func asciiFolded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) + 32)
        case "\t": tab
        case "\n", "\r", "\u{0B}", "\u{0C}": " "
        default: scalar
        }
    }

    /// Through lower and upper case to lower case, in full mappings: ẞ and ß become ss, ς becomes σ, ﬁ becomes fi.
    private static func caseFolded(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        var folded = String.UnicodeScalarView()
        for lower in scalar.properties.lowercaseMapping.unicodeScalars {
            for upper in lower.properties.uppercaseMapping.unicodeScalars {
                folded.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return folded
    }

    /// The plain form of a scalar that exists in another width or height; itself otherwise.
    private static func compatible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
        case 0xFF66...0xFF9F: halfWidthKatakana[Int(scalar.value - 0xFF66)]
        case 0xB9: "1"
        case 0xB2: "2"
        case 0xB3: "3"
        case 0x2070, 0x2074...0x2079: Unicode.Scalar(UInt8(0x30 + scalar.value - 0x2070))
        case 0x2080...0x2089: Unicode.Scalar(UInt8(0x30 + scalar.value - 0x2080))
        default: scalar
        }
    }

    private static let dotAbove: Unicode.Scalar = "\u{307}"
    /// A column's end; as wide as two spaces.
    static let tab: Unicode.Scalar = "\t"
    private static let halfWidthKatakana = Array(
        "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309A}"
            .unicodeScalars)
}
