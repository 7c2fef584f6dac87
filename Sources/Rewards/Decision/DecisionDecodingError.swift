/// Why stored bytes are not a decision.
public enum DecisionDecodingError: String, ReasonedError {
    /// The bytes are not JSON.
    case notJSON = "DECISION_NOT_JSON"
    /// The form is of a version this release does not know.
    case unknownFormat = "DECISION_FORMAT_UNKNOWN"
    /// A field is missing, wrong or unexpected, or the bytes are not in canonical form.
    case notCanonical = "DECISION_NOT_CANONICAL"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What to do about it, for people.
    public var description: String {
        switch self {
        case .notJSON, .notCanonical: "the stored decision was altered: run verify and compare with a backup"
        case .unknownFormat: "the stored decision is of another format: run the release that wrote it or a later one"
        }
    }
}
