/// What an operator saw, and where, as a decision needs it.
enum Evidence {
    /// The longest evidence kept, in bytes.
    static let bytesMax = 2000

    /// The text without space around it.
    ///
    /// **Errors** `INVALID_ARGUMENT` when it is too long, or holds NUL.
    static func bounded(_ text: String) throws(IssuanceError) -> String {
        let text = text.trimmingSpace()
        guard text.utf8.count <= bytesMax, !text.utf8.contains(0) else {
            throw IssuanceError(
                .invalidArgument, "evidence: at most \(bytesMax) bytes of text without NUL", field: "evidence")
        }
        return text
    }

    /// **Errors** `MISSING_EVIDENCE` when there is none.
    static func require(_ text: String) throws(IssuanceError) {
        guard text.isEmpty else { return }
        throw IssuanceError(.missingEvidence, "say what was seen, and where, in `evidence`", field: "evidence")
    }

    /// Both of these.
    static func checked(_ text: String) throws(IssuanceError) -> String {
        let text = try bounded(text)
        try require(text)
        return text
    }
}
