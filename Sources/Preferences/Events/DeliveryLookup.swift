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

/// How a rebuild reads the raw deliveries; composition fills it from the room that has the inbox.
public struct DeliveryLookup: Sendable {
    /// The numbers of the Program Connection deliveries after one, in order, at most `limit`.
    public let inboxIDs:
        @Sendable (_ connection: PostgresConnection, _ after: Int64, _ limit: Int) async throws -> [Int64]
    /// Deliveries by their numbers, in order; those that are not there are left out.
    public let deliveries:
        @Sendable (_ connection: PostgresConnection, _ inboxIDs: [Int64]) async throws -> [StoredDelivery]

    /// Makes the look-up.
    public init(
        inboxIDs:
            @escaping @Sendable (
                _ connection: PostgresConnection, _ after: Int64, _ limit: Int
            ) async throws -> [Int64],
        deliveries:
            @escaping @Sendable (
                _ connection: PostgresConnection, _ inboxIDs: [Int64]
            ) async throws -> [StoredDelivery]
    ) {
        self.inboxIDs = inboxIDs
        self.deliveries = deliveries
    }
}
