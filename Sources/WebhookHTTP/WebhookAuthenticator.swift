/// What a delivery shows of itself before its body is looked at.
public struct WebhookEvidence: Sendable {
    /// `x-signature` as sent.
    public let signature: String?
    /// `x-timestamp` as sent.
    public let timestamp: String?
    /// `authorization` as sent.
    public let authorization: String?
    /// The raw body.
    public let body: [UInt8]

    /// Makes evidence.
    public init(signature: String?, timestamp: String?, authorization: String?, body: [UInt8]) {
        self.signature = signature
        self.timestamp = timestamp
        self.authorization = authorization
        self.body = body
    }
}

/// Whether a delivery is believed.
public enum WebhookAdmission: Sendable, Hashable {
    /// It is; `by` names what vouched for it. `isStamped` says that the timestamp header was signed and counts.
    case admitted(by: String, isStamped: Bool)
    /// It is not; the reason is stable and in upper snake case, so it may be logged and counted.
    case refused(reason: String)
}

/// Decides whether a delivery is believed; composition fills it with the endpoint's authentication mode.
public typealias WebhookAuthenticator = @Sendable (WebhookEvidence) -> WebhookAdmission

/// What the token endpoint answers.
public struct WebhookTokenAnswer: Sendable, Hashable {
    /// The HTTP status.
    public let status: Int
    /// The JSON body.
    public let body: String

    /// Makes an answer.
    public init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}

/// Answers `POST /oauth/token` from the `authorization` header and the form in the body.
public typealias WebhookTokenIssuer = @Sendable (_ authorization: String?, _ form: String) -> WebhookTokenAnswer
