package import PostgreSQL

/// Reads one authorisation by its id.
package struct GetAuthorization: Sendable {
    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The authorisation with what has cleared so far.
    ///
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT` or `UNKNOWN_AUTHORIZATION`; `PostgresError`.
    /// **Cost** One round trip.
    package func callAsFunction(_ authorizationID: String) async throws -> SpendAuthorization {
        try PurchaseCheck(prefix: "").identifier(authorizationID, "authorization_id")
        return try await pool.withConnection { try await Self.read(authorizationID, on: $0) }
    }

    /// The same on a connection of the caller's, of an id that is known to be one.
    package static func read(
        _ authorizationID: String, on connection: PostgresConnection
    ) async throws -> SpendAuthorization {
        guard let standing = try await connection.first(AuthorizationStore.read(authorizationID)) else {
            throw SpendingError.authorizationNotFound
        }
        return standing.authorization
    }
}
