/// One version of the secret a webhook endpoint signs with; several may be valid while it is being changed.
///
/// **Guarantees**: printing or dumping a value shows its name only.
package struct WebhookSecret: Sendable {
    /// What logs and the inbox call it, for example `2026-10`.
    package let name: String
    /// The key: the secret's UTF-8 bytes as shown by the portal, not decoded.
    package let key: [UInt8]

    /// Makes a secret from the text shown by the portal.
    package init(name: String, secret: String) {
        self.name = name
        self.key = Array(secret.utf8)
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name.
    package var description: String { "WebhookSecret(\(name))" }
    /// The name.
    package var debugDescription: String { description }
    /// A mirror without the key.
    package var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
