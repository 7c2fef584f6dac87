package import PostgreSQL

/// Reads one recorded spend by its id.
package struct GetSpend: Sendable {
    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The spend with its decision; legs that were parked show what they have come to since.
    ///
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT` or `UNKNOWN_SPEND`; `PostgresError`.
    /// **Cost** One round trip, and another when a leg was parked.
    package func callAsFunction(_ spendID: String) async throws -> RecordedSpend {
        try await pool.withConnection { try await Self.read(spendID, on: $0) }
    }

    /// The same on a connection of the caller's.
    package static func read(_ spendID: String, on connection: PostgresConnection) async throws -> RecordedSpend {
        guard spendID.isIdentifier else {
            throw SpendingError(
                .invalidArgument, "spend_id must be 1 to 128 bytes of UTF-8 without control characters",
                field: "spend_id")
        }
        let spends = try await connection.all(SpendStore.read(spendID)).map(\.spend)
        let found = try await ListSpends.bringUpToDate(spends, on: connection)
        guard let spend = found.first else { throw SpendingError.unknownSpend }
        return spend
    }
}
