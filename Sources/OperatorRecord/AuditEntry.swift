/// One entry of the record of operators' actions: who did what, to which thing, with which words.
///
/// A door makes it from the route that was called; the use case records it in the transaction that carries the action
/// out, so that the action and its record are committed together or not at all.
package struct AuditEntry: Sendable, Hashable {
    /// Who did it, by the name of the API client.
    package let clientID: String
    /// What was done, by the name of the method.
    package let action: String
    /// To what: the id of a card, program, client, issuance or delivery.
    package let subject: String
    /// The words to keep beside it; without personal data and without secrets.
    package let detail: [String: String]

    /// Makes an entry.
    package init(clientID: String, action: String, subject: String, detail: [String: String] = [:]) {
        self.clientID = clientID
        self.action = action
        self.subject = subject
        self.detail = detail
    }

    /// The same action on another thing, for a call that changes several.
    package func about(_ subject: String) -> AuditEntry {
        AuditEntry(clientID: clientID, action: action, subject: subject, detail: detail)
    }

    /// The same action with more words, for what is known only when it is done.
    package func adding(_ words: [String: String]) -> AuditEntry {
        AuditEntry(
            clientID: clientID, action: action, subject: subject, detail: detail.merging(words) { _, new in new })
    }
}
