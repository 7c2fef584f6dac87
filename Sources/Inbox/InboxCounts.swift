package import PostgreSQL

/// How many deliveries wait for the worker or for a person.
package struct InboxCounts: Sendable, Hashable {
    /// Waiting for the worker.
    package let received: Int64
    /// Waiting for an operator to decide between conflicting ones.
    package let held: Int64
    /// Waiting for a person to look.
    package let parked: Int64
    /// When the delivery came that has waited longest for the worker.
    package let oldestReceivedAt: PostgresTimestamp?

    /// Makes counts.
    package init(received: Int64, held: Int64, parked: Int64, oldestReceivedAt: PostgresTimestamp? = nil) {
        self.received = received
        self.held = held
        self.parked = parked
        self.oldestReceivedAt = oldestReceivedAt
    }
}
