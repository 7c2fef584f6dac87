/// The small grammar of the text format: escapes and numbers.
///
/// **Source** Prometheus documentation, "Exposition formats", text-based format 0.0.4.
enum Exposition {
    /// A label's value: backslash, double quote and line feed escaped.
    static func escapedLabelValue(_ value: String) -> String {
        escaped(value) { character in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: nil
            }
        }
    }

    /// A HELP text: backslash and line feed escaped.
    static func escapedHelp(_ text: String) -> String {
        escaped(text) { character in
            switch character {
            case "\\": "\\\\"
            case "\n": "\\n"
            default: nil
            }
        }
    }

    /// A sample's value: whole numbers without a point, and the format's words for what is no number.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Up to 2^53 every whole number is exact, so it is written without a fraction.
        guard value.magnitude <= 9_007_199_254_740_992, value == value.rounded(.towardZero) else { return "\(value)" }
        return "\(Int64(value))"
    }

    /// Unicode scalars, not characters: a line feed hides in the character CR LF.
    private static func escaped(_ text: String, _ escape: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if let replacement = escape(scalar) {
                result += replacement
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
