import Cryptography

/// A user name and password of HTTP Basic authentication (RFC 7617).
///
/// **Guarantees**: printing or dumping a value shows no password.
package struct WebhookBasicCredential: Sendable {
    /// The user name.
    package let username: String
    /// The password.
    package let password: String

    /// Makes a credential.
    package init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// Reads an `Authorization: Basic` header; nil when it is another scheme or cannot be decoded.
    init?(authorization: String?) {
        guard let text = Self.credentials(in: authorization, scheme: "basic"), let bytes = Base64.decode(text),
            let pair = String(validating: bytes, as: UTF8.self), let colon = pair.firstIndex(of: ":")
        else { return nil }
        self.init(username: String(pair[..<colon]), password: String(pair[pair.index(after: colon)...]))
    }

    /// What follows the scheme in an `Authorization` header; schemes compare without case (RFC 9110 section 11.1). Two
    /// headers arrive joined by a comma, and a credential holds neither that nor a blank, so they are none.
    static func credentials(in authorization: String?, scheme: String) -> Substring? {
        guard let authorization, let space = authorization.firstIndex(of: " "),
            authorization[..<space].lowercased() == scheme
        else { return nil }
        let rest = authorization[space...].drop { $0 == " " }
        return rest.isEmpty || rest.contains(where: { $0 == "," || $0.isWhitespace }) ? nil : rest
    }

    /// Whether both parts are equal, compared through digests of one length so that the time reveals nothing.
    func matches(_ other: WebhookBasicCredential) -> Bool {
        let user = constantTimeEquals(SHA256.digest(username.utf8), SHA256.digest(other.username.utf8))
        let pass = constantTimeEquals(SHA256.digest(password.utf8), SHA256.digest(other.password.utf8))
        return user && pass
    }
}

extension WebhookBasicCredential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The masked user name.
    package var description: String { "WebhookBasicCredential(\(Redaction.mask(username)))" }
    /// The same as `description`.
    package var debugDescription: String { description }
    /// A mirror without the password.
    package var customMirror: Mirror { Mirror(self, children: ["username": Redaction.mask(username)]) }
}
