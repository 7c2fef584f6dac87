import Metrics
import PostgreSQL
import Rewards

/// Stores a batch of deliveries in one transaction.
enum InboxCommit {
    static func run(
        _ batch: [InboxStore.Delivery], pool: PostgresPool, onStored: @Sendable () -> Void
    ) async -> [Result<Inbox.Received, any Error>] {
        var counts: [InboxStore.Identity: (delivery: InboxStore.Delivery, count: Int)] = [:]
        for delivery in batch { counts[delivery.identity, default: (delivery, 0)].count += 1 }
        let different = Array(counts.values)
        do {
            let stored = try await pool.withTransaction { connection in
                try await InboxStore.insert(different, connection)
            }
            onStored()
            return answers(batch, counts: counts.mapValues(\.count), stored: stored)
        } catch let error as PostgresError
            where batch.count > 1 && error.server != nil && !error.isRetryable && !error.saysServerIsUnavailable
        {
            // One delivery that the database refuses must not fail those it shares a batch with.
            let middle = batch.count / 2
            let first = await run(Array(batch[..<middle]), pool: pool, onStored: onStored)
            let second = await run(Array(batch[middle...]), pool: pool, onStored: onStored)
            return first + second
        } catch {
            return batch.map { _ in .failure(error) }
        }
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
