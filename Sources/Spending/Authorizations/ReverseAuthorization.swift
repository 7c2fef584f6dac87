package import OperatorRecord
package import PostgreSQL

/// Frees an authorisation; a clearing that comes all the same is late.
///
/// **Guarantees** Repeating it changes nothing. It comes before or after each spend of the card, never between. An
/// answer means that it is on disk (I-11).
package struct ReverseAuthorization: Sendable {
    private let pool: PostgresPool
    private let transaction: CardTransaction
    private let now: @Sendable () -> PostgresTimestamp

    /// Makes the use case.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        transaction = CardTransaction(pool: pool, configuration: configuration)
        self.now = now
    }

    /// Reverses an authorisation, answered after the commit.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the authorisation was reversed before.
    /// **Errors** `INVALID_ARGUMENT`, `UNKNOWN_AUTHORIZATION`; `DATABASE_UNAVAILABLE`, `COMMIT_UNKNOWN`;
    /// `PostgresError`.
    /// **Cost** A read and one transaction of two round trips, locking the card.
    package func callAsFunction(
        _ authorizationID: String, audit: AuditEntry? = nil
    ) async throws -> AuthorizationAnswer {
        try PurchaseCheck(prefix: "").identifier(authorizationID, "authorization_id")
        guard let cardID = try await pool.first(AuthorizationStore.findCard(authorizationID)) else {
            throw SpendingError.authorizationNotFound
        }
        let attempts = CommitAttempts()
        return try await transaction.inLine(of: cardID) {
            try await reverse(authorizationID, ofCard: cardID, attempts, audit)
        }
    }

    private func reverse(
        _ authorizationID: String, ofCard cardID: String, _ attempts: CommitAttempts, _ audit: AuditEntry?
    ) async throws -> AuthorizationAnswer {
        try await transaction.run(attempts) { connection in
            let reversedAt = now()
            let (_, reversed, found) = try await connection.pipeline(
                PostgresStatement.preferIndexes,
                AuthorizationStore.reverse(cardID: cardID, authorizationID: authorizationID, at: reversedAt),
                AuthorizationStore.read(authorizationID))
            guard let authorization = found.first?.authorization else { throw SpendingError.authorizationNotFound }
            if let audit, reversed == 1 { _ = try await connection.query(audit.statement) }
            let isOurs = reversed == 1 || authorization.reversedAt.map(attempts.wrote) == true
            attempts.note(reversedAt)
            return AuthorizationAnswer(authorization: authorization, replayed: !isOurs)
        }
    }
}
