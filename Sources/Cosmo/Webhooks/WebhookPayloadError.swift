/// A verified webhook body that cannot be read; it is kept and parked for an operator, never dropped.
///
/// **Guarantees**: names fields, never their values.
package struct WebhookPayloadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The stable reasons.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The body is not a JSON object.
        case notAnObject = "WEBHOOK_BODY_NOT_AN_OBJECT"
        /// A field that the contract calls firm is absent or of the wrong type.
        case fieldMissing = "WEBHOOK_FIELD_MISSING"
        /// A field is there but cannot be used.
        case fieldUnusable = "WEBHOOK_FIELD_UNUSABLE"
    }

    /// The stable reason.
    package let reason: Reason
    /// The field it is about, empty for the body as a whole.
    package let field: String

    /// Makes an error.
    package init(_ reason: Reason, field: String = "") {
        self.reason = reason
        self.field = field
    }

    /// The reason and the field.
    package var description: String { field.isEmpty ? reason.rawValue : "\(reason.rawValue): \(field)" }
}
