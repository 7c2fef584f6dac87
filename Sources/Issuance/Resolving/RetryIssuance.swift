package import OperatorRecord
package import PostgreSQL
import Rewards

/// Lets the position of a parked issuance be planned again, under a new reference.
///
/// The parked issuance stays as history and no longer waits for a person. Calling it twice has no further effect.
package struct RetryIssuance: Sendable {
    private let pool: PostgresPool
    private let now: @Sendable () -> PostgresTimestamp
    private let onPlannable: @Sendable () -> Void

    /// Makes the use case; `onPlannable` is called after the commit, to wake the planner.
    package init(
        pool: PostgresPool, now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onPlannable: @escaping @Sendable () -> Void = {}
    ) {
        self.pool = pool
        self.now = now
        self.onPlannable = onPlannable
    }

    /// Lifts the block that the parked issuance left and returns the issuance.
    ///
    /// `audit` is recorded in the same transaction.
    ///
    /// **Errors** `UNKNOWN_ISSUANCE`, `WRONG_STATUS` when it is not parked.
    package func callAsFunction(
        referenceNumber: String, audit: AuditEntry? = nil
    ) async throws -> IssuanceRecord {
        guard IdentifierRule.check(referenceNumber) else { throw IssuanceReads.unknown }
        let lines = try await PositionLine.names(ofIssuance: referenceNumber, in: pool)
        let issuance = try await pool.withLines(lines) {
            try await pool.withTransaction { connection in
                let (_, locked) = try await connection.pipeline(
                    PositionStore.lock(ofIssuances: [referenceNumber]), IssuanceStore.lock([referenceNumber]))
                guard let issuance = locked.first else { throw IssuanceReads.unknown }
                guard issuance.status == .parked else {
                    throw IssuanceError(
                        .wrongStatus, "the issuance is \(issuance.status.rawValue); only parked ones are retried")
                }
                let now = self.now()
                let (_, retried, _) = try await connection.pipeline(
                    [
                        PositionStore.retry(issuance, at: now), IssuanceStore.resolve(referenceNumber, at: now),
                        IssuanceStore.resolveParked(withBlocksOf: [referenceNumber], at: now),
                    ],
                    IssuanceStore.lock([referenceNumber]), audit.statements)
                return retried.first ?? issuance
            }
        }
        onPlannable()
        return issuance
    }
}
