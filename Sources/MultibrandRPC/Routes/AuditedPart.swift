import Access

/// What the record of operators' actions gets of a call besides who called which method.
struct AuditedPart: Sendable {
    let subject: String
    let detail: [String: String]

    /// - Parameters:
    ///   - subject: The id of what is changed.
    ///   - detail: Words to keep beside it; without personal data and without secrets.
    init(_ subject: String, _ detail: [String: String] = [:]) {
        self.subject = subject
        self.detail = detail
    }
}
