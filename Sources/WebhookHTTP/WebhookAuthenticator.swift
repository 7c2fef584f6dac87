/// What a delivery shows of itself before its body is read; a field that was sent twice is its values joined by a comma.
public struct WebhookHeaders: Sendable {
    /// `x-signature` as sent.
    public let signature: String?
    /// `x-timestamp` as sent.
    public let timestamp: String?
    /// `authorization` as sent.
    public let authorization: String?

    /// Makes headers.
    public init(signature: String?, timestamp: String?, authorization: String?) {
        self.signature = signature
        self.timestamp = timestamp
        self.authorization = authorization
    }
}

/// What a delivery shows of itself before its body is looked at.
public struct WebhookEvidence: Sendable {
    /// The fields that vouch for it.
    public let headers: WebhookHeaders
    /// The raw body.
    public let body: [UInt8]

    /// Makes evidence.
    public init(headers: WebhookHeaders, body: [UInt8]) {
        self.headers = headers
        self.body = body
    }
}

/// Refuses a delivery by its headers alone, so that its body is never read: the reason, or nil to go on.
///
/// **Guarantees** It refuses nothing that the ``WebhookAuthenticator`` would believe.
public typealias WebhookScreen = @Sendable (WebhookHeaders) -> String?

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

/// Refuses `POST /oauth/token` by the `authorization` header alone, so that the form is never read; nil to go on.
public typealias WebhookTokenScreen = @Sendable (_ authorization: String?) -> WebhookTokenAnswer?

/// Answers `POST /oauth/token` from the `authorization` header and the form in the body.
public typealias WebhookTokenIssuer = @Sendable (_ authorization: String?, _ form: String) -> WebhookTokenAnswer
