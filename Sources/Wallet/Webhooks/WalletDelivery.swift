import Cryptography
public import PostgreSQL

/// One event on its way to one endpoint, claimed by a sender.
public struct WalletDelivery: Sendable, Hashable {
    /// The world it belongs to.
    public let environment: WalletEnvironment
    /// The delivery's id, the same on every attempt.
    public let id: String
    /// The endpoint's id.
    public let webhookID: String
    /// Where to send it.
    public let url: String
    /// The event's name.
    public let event: String
    /// The exact bytes to send.
    public let body: [UInt8]
    let signingSecret: String
    /// Which attempt this is, from 1.
    public let attempt: Int
    let createdAt: PostgresTimestamp
    /// Whether the endpoint was disabled since: settle it as failed without sending.
    public let isWebhookDisabled: Bool

    /// `sha256=` and the hexadecimal HMAC-SHA256 of the body, which goes with it (contract section 8.8).
    public var signature: String {
        "sha256=" + Hexadecimal.encode(HMACSHA256.authenticationCode(for: body, key: Array(signingSecret.utf8)))
    }
}
