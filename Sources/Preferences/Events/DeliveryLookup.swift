package import PostgreSQL

/// How a rebuild reads the raw deliveries; composition fills it from the room that has the inbox.
package struct DeliveryLookup: Sendable {
    /// The numbers of the Program Connection deliveries after one, in order, at most `limit`.
    package let inboxIDs:
        @Sendable (_ connection: PostgresConnection, _ after: Int64, _ limit: Int) async throws -> [Int64]
    /// Deliveries by their numbers, in order; those that are not there are left out.
    package let deliveries:
        @Sendable (_ connection: PostgresConnection, _ inboxIDs: [Int64]) async throws -> [StoredDelivery]

    /// Makes the look-up.
    package init(
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
