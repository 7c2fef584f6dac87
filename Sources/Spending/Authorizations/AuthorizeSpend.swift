import Cards
package import OperatorRecord
package import PostgreSQL
import Rewards

/// Pins the preference in force to a purchase that will clear later.
///
/// **Guarantees** One outcome per authorisation id: an equal call gets the authorisation as it is now with `replayed`
/// set, another content is refused (I-5). The version is the one in force under the card's lock, so a change of
/// preferences comes before or after the authorisation, never between. An answer means that it is on disk (I-11).
package struct AuthorizeSpend: Sendable {
    private let transaction: CardTransaction
    private let times: TimeRule
    private let now: @Sendable () -> PostgresTimestamp

    /// Makes the use case.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        transaction = CardTransaction(pool: pool, configuration: configuration)
        times = configuration.times
        self.now = now
    }

    /// Authorises a purchase, answered after the commit.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the purchase was authorised before.
    /// **Errors** The first of: `INVALID_ARGUMENT`, `UNKNOWN_CURRENCY`, `NOT_POSITIVE`, `AMOUNT_TOO_LARGE`,
    /// `UNKNOWN_CARD`, `CURRENCY_MISMATCH`, `AUTHORIZATION_CONFLICT`; `CONTENTION`, `DATABASE_UNAVAILABLE`,
    /// `COMMIT_UNKNOWN`; `PostgresError`.
    /// **Cost** One transaction of two round trips, locking the card.
    package func callAsFunction(
        _ request: AuthorizationRequest, audit: AuditEntry? = nil
    ) async throws -> AuthorizationAnswer {
        let authorization = try request.validated(now: now(), times: times)
        let attempts = CommitAttempts()
        return try await transaction.inLine(of: authorization.cardID) {
            try await authorize(authorization, attempts, audit)
        }
    }

    private func authorize(
        _ authorization: ValidatedAuthorization, _ attempts: CommitAttempts, _ audit: AuditEntry?
    ) async throws -> AuthorizationAnswer {
        let read = AuthorizationStore.read(authorization.authorizationID)
        return try await transaction.run(attempts) { connection in
            let (_, locked, found) = try await connection.pipeline(
                PostgresStatement.preferIndexes, CardLock(authorization.cardID), read)
            guard let card = locked else { throw SpendingError.unknownCard }
            guard card.record.currencyCode == authorization.purchase.amount.currency.text else {
                throw SpendingError.currencyMismatch
            }
            if let standing = found.first {
                let isOurs = attempts.wrote(at: standing.authorization.recordedAt)
                return try Self.answer(standing, to: authorization, isOurs: isOurs)
            }
            let recordedAt = now()
            attempts.note(recordedAt)
            let (_, _, written) = try await connection.pipeline(
                AuthorizationStore.insert(authorization, of: card, recordedAt: recordedAt), audit.statements, read)
            // Without a row of ours another card has taken the id since it was looked for.
            guard let standing = written.first else { throw SpendingError.internalFault }
            return try Self.answer(
                standing, to: authorization, isOurs: standing.authorization.recordedAt == recordedAt)
        }
    }

    private static func answer(
        _ standing: AuthorizationStore.Standing, to authorization: ValidatedAuthorization, isOurs: Bool
    ) throws -> AuthorizationAnswer {
        guard standing.hash == authorization.hash else { throw SpendingError.authorizationConflict }
        return AuthorizationAnswer(authorization: standing.authorization, replayed: !isOurs)
    }
}
