import Cryptography
import PostgreSQL

/// One event on its way to one endpoint, claimed by a sender.
package struct WalletDelivery: Sendable, Hashable {
    /// The world it belongs to.
    package let environment: WalletEnvironment
    /// The delivery's id, the same on every attempt.
    package let id: String
    /// The endpoint's id.
    package let webhookID: String
    /// Where to send it.
    package let url: String
    /// The event's name.
    package let event: String
    /// The exact bytes to send.
    package let body: [UInt8]
    let signingSecret: String
    /// Which attempt this is, from 1.
    package let attempt: Int
    let createdAt: PostgresTimestamp
    /// Whether the endpoint was disabled since: settle it as failed without sending.
    package let isWebhookDisabled: Bool

    /// `sha256=` and the hexadecimal HMAC-SHA256 of the body, which goes with it (contract section 8.8).
    package var signature: String {
        "sha256=" + Hexadecimal.encode(HMACSHA256.authenticationCode(for: body, key: Array(signingSecret.utf8)))
    }
}
