import PostgreSQL

extension PostgresPool {
    /// Runs `body` while another transaction holds the row of a card, until `body` calls what it is given.
    func whileHolding(
        _ cardID: String,
        _ body: (_ group: inout ThrowingTaskGroup<Void, any Error>, _ release: () -> Void) async throws -> Void
    ) async throws {
        let (held, isHeld) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await self.withTransaction { connection in
                    _ = try await connection.query(
                        "select from cards where card_id = $1 for update", [.text(cardID)])
                    isHeld.finish()
                    for await _ in released {}
                }
            }
            for await _ in held {}
            defer { release.finish() }
            try await body(&group) { release.finish() }
            release.finish()
            try await group.waitForAll()
        }
    }
}
