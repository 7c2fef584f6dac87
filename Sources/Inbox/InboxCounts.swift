public import PostgreSQL

/// How many deliveries wait for the worker or for a person.
public struct InboxCounts: Sendable, Hashable {
    /// Waiting for the worker.
    public let received: Int64
    /// Waiting for an operator to decide between conflicting ones.
    public let held: Int64
    /// Waiting for a person to look.
    public let parked: Int64
    /// When the delivery came that has waited longest for the worker.
    public let oldestReceivedAt: PostgresTimestamp?

    /// Makes counts.
    public init(received: Int64, held: Int64, parked: Int64, oldestReceivedAt: PostgresTimestamp? = nil) {
        self.received = received
        self.held = held
        self.parked = parked
        self.oldestReceivedAt = oldestReceivedAt
    }
}
