import Metrics
import PostgreSQL
import Rewards

/// Stores a batch of deliveries in one transaction.
enum InboxCommit {
    static func run(
        _ batch: [InboxStore.Delivery], pool: PostgresPool, onStored: @Sendable () -> Void
    ) async throws -> [Result<Inbox.Received, any Error>] {
        var counts: [InboxStore.Identity: (delivery: InboxStore.Delivery, count: Int)] = [:]
        for delivery in batch { counts[delivery.identity, default: (delivery, 0)].count += 1 }
        let different = Array(counts.values)
        let stored = try await pool.withTransaction { connection in
            try await connection.all(InboxStore.insert(different))
        }
        onStored()
        return answers(
            batch, counts: counts.mapValues(\.count),
            stored: Dictionary(stored, uniquingKeysWith: { first, _ in first }))
    }

    /// Within one batch, the first of equal deliveries is the one that was stored, unless all came before.
    private static func answers(
        _ batch: [InboxStore.Delivery], counts: [InboxStore.Identity: Int],
        stored: [InboxStore.Identity: InboxStore.Stored]
    ) -> [Result<Inbox.Received, any Error>] {
        var isFirst = Set<InboxStore.Identity>()
        return batch.map { delivery in
            guard let row = stored[delivery.identity] else {
                return .failure(InboxError(.inboxFull, "the database gave no number; send it again", outcome: .unknown))
            }
            let isNew = isFirst.insert(delivery.identity).inserted && row.deliveries == counts[delivery.identity]
            Counter(
                label: "multibrand_inbox_deliveries_total",
                dimensions: [("kind", delivery.kind.rawValue), ("result", isNew ? "stored" : "repeated")]
            ).increment()
            return .success(isNew ? .stored(row.id) : .repeated(row.id))
        }
    }
}
