import PostgreSQL

extension RebuildPreferences {
    /// Enters every delivery that speaks of a source user and is not indexed.
    func indexDeliveries() async throws {
        var last: Int64 = 0
        while true {
            let after = last
            let (ids, missing) = try await context.pool.withConnection { connection in
                let ids = try await lookup.inboxIDs(connection, after, 10_000)
                return (ids, ids.isEmpty ? [] : try await ConnectionDeliveryStore.missing(of: ids, connection))
            }
            guard let newest = ids.last else { return }
            last = newest
            for chunk in missing.chunks(of: 200) {
                try await context.pool.withTransaction { connection in
                    var sources: [Int64: String] = [:]
                    for delivery in try await lookup.deliveries(connection, chunk) {
                        sources[delivery.inboxID] = read(delivery)?.sourceUserID
                    }
                    if !sources.isEmpty { try await ConnectionDeliveryStore.insert(sources, connection) }
                }
            }
        }
    }

    func read(_ delivery: StoredDelivery) -> ConnectionDelivery? {
        try? ConnectionDelivery(
            body: delivery.body, stamp: delivery.stamp, inboxID: delivery.inboxID, paths: paths)
    }
}

extension Array {
    /// The elements in runs of at most `size`.
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
