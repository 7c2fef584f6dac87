/// One version of the secret a webhook endpoint signs with; several may be valid while it is being changed.
///
/// **Guarantees**: printing or dumping a value shows its name only.
public struct WebhookSecret: Sendable {
    /// What logs and the inbox call it, for example `2026-10`.
    public let name: String
    /// The key: the secret's UTF-8 bytes as shown by the portal, not decoded.
    public let key: [UInt8]

    /// Makes a secret from the text shown by the portal.
    public init(name: String, secret: String) {
        self.name = name
        self.key = Array(secret.utf8)
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name.
    public var description: String { "WebhookSecret(\(name))" }
    /// The name.
    public var debugDescription: String { description }
    /// A mirror without the key.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
