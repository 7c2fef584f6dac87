public import PostgreSQL

/// A Program Connection delivery as the inbox keeps it.
public struct StoredDelivery: Sendable, Hashable {
    /// Its inbox entry.
    public let inboxID: Int64
    /// The stamp exactly as sent.
    public let stamp: String
    /// The raw body, verified.
    public let body: [UInt8]
    /// When it came.
    public let receivedAt: PostgresTimestamp
    /// Whether it is stored that the delivery was answered while its sender waited.
    public let isAnswered: Bool
    /// Whether it was applied to an end; one that still waits is not part of the set yet.
    public let wasApplied: Bool

    /// Makes a delivery.
    public init(
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
