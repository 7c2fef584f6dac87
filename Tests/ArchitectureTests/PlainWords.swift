/// Words that a reader has to read twice, and those that have another meaning in docs/glossary.md.
enum PlainWords {
    /// Words that no comment, text or page uses.
    nonisolated(unsafe) static let banned = /(?i)\b(anew|for ever|whoever|whosever|stands|told|comes to|came to)\b/
}
