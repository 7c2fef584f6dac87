package import Cosmo
package import Logging
import Metrics
package import OperatorRecord
package import PostgreSQL

/// Compares a day of Cosmo's transactions with our issuances, and keeps what only one side knows.
///
/// Cosmo's listing is read a quarter of an hour at a time. A transaction is ours by our reference or by Cosmo's id;
/// program, value, account and id must then agree. What the listing tells an open issuance is applied as a read would
/// be, so a webhook that never came is made up for. A confirmed issuance that no listing around its time has is asked
/// for by its id before it is called missing.
///
/// **Guarantees** Comparing a day again replaces its row and its findings. Of two comparisons of one day at once the
/// later wins, and the earlier ends without having mixed its findings in.
/// **Cost** Memory follows the busiest three quarters of an hour, not the day.
package struct ReconcileDay: Sendable {
    let pool: PostgresPool
    let cosmo: any CosmoAPI
    let configuration: IssuanceConfiguration
    let now: @Sendable () -> PostgresTimestamp
    let logger: Logger

    /// Makes the use case.
    package init(
        pool: PostgresPool, cosmo: any CosmoAPI, configuration: IssuanceConfiguration,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        self.pool = pool
        self.cosmo = cosmo
        self.configuration = configuration
        self.now = now
        self.logger = logger
    }

    /// Compares a day now, even if it was compared before, and returns the result.
    ///
    /// `audit` is recorded in the transaction that begins it.
    ///
    /// **Errors** `INVALID_ARGUMENT`, `DAY_NOT_OVER`, `COSMO_UNAVAILABLE`, `COSMO_REFUSED` (the day shows the failure),
    /// `RECONCILIATION_REPLACED`.
    package func callAsFunction(_ day: String, audit: AuditEntry? = nil) async throws -> Reconciliation {
        guard let day = ReconciliationDay(day) else { throw Self.notADay }
        let now = self.now()
        guard day.end <= now else {
            throw IssuanceError(.dayNotOver, "the day is not over; compare it after midnight UTC", field: "day")
        }
        _ = try await pool.withLine("reconciliation:\(day.text)") {
            try await pool.withTransaction { connection in
                try await connection.pipeline(
                    ReconciliationStore.begin(
                        day, startedAt: now, force: true, failedBefore: now, abandonedBefore: now),
                    ReconciliationStore.forgetFindings(of: day), audit.statements)
            }
        }
        try await run(day, startedAt: now)
        return try await IssuanceReads(pool: pool).reconciliation(day.text)
    }

    /// Compares a day unless that was done, or is being done elsewhere; returns whether it was done here.
    func unlessDone(_ day: ReconciliationDay) async throws -> Bool {
        let now = self.now()
        let begun = try await pool.withTransaction { connection in
            let begin = ReconciliationStore.begin(
                day, startedAt: now, force: false,
                failedBefore: now.advanced(by: .zero - configuration.reconciliationRetryAfter),
                abandonedBefore: now.advanced(by: .zero - configuration.reconciliationAbandonedAfter))
            guard try await connection.pipeline(begin) == 1 else { return false }
            _ = try await connection.pipeline(ReconciliationStore.forgetFindings(of: day))
            return true
        }
        guard begun else { return false }
        try await run(day, startedAt: now)
        return true
    }

    /// Compares slice after slice and writes how it ended.
    private func run(_ day: ReconciliationDay, startedAt: PostgresTimestamp) async throws {
        do {
            var pass = ReconciliationPass(day: day, startedAt: startedAt, reconcile: self)
            try await pass.compare()
        } catch {
            if (error as? IssuanceError)?.reason == .reconciliationReplaced { throw error }
            let failure = (error as? CosmoError)?.reason.rawValue ?? "INTERNAL"
            logger.error(
                "a day could not be compared with Cosmo", metadata: ["day": "\(day.text)", "reason": "\(failure)"])
            let end = ReconciliationStore.end(day, startedAt: startedAt, at: now(), failure: failure)
            _ = try? await pool.query(end)
            guard let error = error as? CosmoError else { throw error }
            throw IssuanceError(error, "Cosmo's transactions could not be listed")
        }
        let end = ReconciliationStore.end(day, startedAt: startedAt, at: now(), failure: nil)
        guard try await !pool.query(end).isEmpty else { throw Self.replaced }
        Counter(label: "multibrand_reconciliations").increment()
    }

    static let notADay = IssuanceError(.invalidArgument, "day: a day in UTC, such as 2026-11-20", field: "day")
    static let replaced = IssuanceError(
        .reconciliationReplaced, "another comparison of the same day was begun; read its result")
}
