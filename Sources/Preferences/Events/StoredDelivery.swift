package import PostgreSQL

/// A Program Connection delivery as the inbox keeps it.
package struct StoredDelivery: Sendable, Hashable {
    /// Its inbox entry.
    package let inboxID: Int64
    /// The stamp exactly as sent.
    package let stamp: String
    /// The raw body, verified.
    package let body: [UInt8]
    /// When it came.
    package let receivedAt: PostgresTimestamp
    /// Whether it is stored that the delivery was answered while its sender waited.
    package let isAnswered: Bool
    /// Whether it was applied to an end; one that still waits is not part of the set yet.
    package let wasApplied: Bool

    /// Makes a delivery.
    package init(
        inboxID: Int64, stamp: String, body: [UInt8], receivedAt: PostgresTimestamp, wasApplied: Bool,
        isAnswered: Bool = false
    ) {
        self.inboxID = inboxID
        self.stamp = stamp
        self.body = body
        self.receivedAt = receivedAt
        self.wasApplied = wasApplied
        self.isAnswered = isAnswered
    }
}
