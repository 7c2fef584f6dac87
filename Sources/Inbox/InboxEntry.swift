import Deliveries
package import PostgreSQL

/// One verified delivery, raw, with what has become of it.
package struct InboxEntry: Sendable, Hashable {
    /// Its number, in the order of arrival.
    package let id: Int64
    /// Its kind.
    package let kind: InboxKind
    /// The `x-timestamp` header exactly as sent, or the second of arrival when the authentication mode sends none.
    package let stamp: String
    /// The body, byte for byte. Holds personal data; empty in listings.
    package let body: [UInt8]
    /// Which mode and which secret let it in, by name.
    package let authentication: String
    /// What has become of it.
    package let status: InboxStatus
    /// Why, in upper snake case, when there is something to say.
    package let reason: String?
    /// How often applying it was tried without an end.
    package let attempts: Int
    /// How often the very same delivery came.
    package let deliveries: Int
    /// When it is to be tried next.
    package let dueAt: PostgresTimestamp?
    /// When it first came.
    package let receivedAt: PostgresTimestamp
    /// When it was applied, held or parked.
    package let settledAt: PostgresTimestamp?

    /// Whether its handler has decided about it: false while it waits, and when it was parked because the handler
    /// failed.
    package var wasApplied: Bool {
        switch status {
        case .received: false
        case .applied, .held: true
        case .parked: reason != InboxEntry.handlerFailed
        }
    }

    /// The entry as its handler sees it.
    var due: DueDelivery { DueDelivery(inboxID: id, stamp: stamp, body: body, attempts: attempts) }

    /// The reason of an entry that was parked because its handler failed too often.
    static let handlerFailed = "HANDLER_FAILED"

    /// Makes an entry.
    package init(
        id: Int64, kind: InboxKind, stamp: String, body: [UInt8], authentication: String,
        status: InboxStatus = .received, reason: String? = nil, attempts: Int = 0, deliveries: Int = 1,
        dueAt: PostgresTimestamp? = nil, receivedAt: PostgresTimestamp, settledAt: PostgresTimestamp? = nil
    ) {
        self.id = id
        self.kind = kind
        self.stamp = stamp
        self.body = body
        self.authentication = authentication
        self.status = status
        self.reason = reason
        self.attempts = attempts
        self.deliveries = deliveries
        self.dueAt = dueAt
        self.receivedAt = receivedAt
        self.settledAt = settledAt
    }
}
