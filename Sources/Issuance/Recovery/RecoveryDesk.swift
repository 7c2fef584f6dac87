package import Logging
package import OperatorRecord
package import PostgreSQL
import Rewards

/// Begins and ends recoveries by an operator's decision, and has one compared now.
package struct RecoveryDesk: Sendable {
    private let pool: PostgresPool
    private let configuration: IssuanceConfiguration
    private let now: @Sendable () -> PostgresTimestamp
    private let onChanged: @Sendable () -> Void
    private let logger: Logger

    /// Makes the use cases; `onChanged` is called after each, to wake the worker.
    package init(
        pool: PostgresPool, configuration: IssuanceConfiguration,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, onChanged: @escaping @Sendable () -> Void = {},
        logger: Logger
    ) {
        self.pool = pool
        self.configuration = configuration
        self.now = now
        self.onChanged = onChanged
        self.logger = logger
    }

    /// Stops issuing until everything that Cosmo made since then was compared; one that is open is extended.
    ///
    /// - Parameters:
    ///   - since: The time of the backup, or of the last commit that is known to have survived.
    ///   - reason: What happened; kept beside the recovery.
    ///   - clientID: The API client of the operator.
    ///   - audit: Recorded in the same transaction.
    /// **Errors** `INVALID_ARGUMENT`; the database's.
    package func begin(
        since: PostgresTimestamp, reason: String, by clientID: String, audit: AuditEntry? = nil
    ) async throws -> Recovery {
        let now = now()
        let reason = reason.trimmingSpace()
        guard (1...500).contains(reason.utf8.count), !reason.utf8.contains(0) else {
            throw IssuanceError(.invalidArgument, "reason: say what happened, in at most 500 bytes", field: "reason")
        }
        guard since <= now, since >= PostgresTimestamp(microsecondsSinceEpoch: TimeRule.earliestPurchase) else {
            throw IssuanceError(.invalidArgument, "since: a time in the past", field: "since")
        }
        let begin = RecoveryStore.begin(
            configuration.recovery(.operator, reason, since: since, by: clientID, at: now), at: now)
        return try await change(begin, audit: audit, "an operator began a recovery; nothing is sent to Cosmo")
    }

    /// Has the open recovery compared now, in the place of a comparison that may be under way; does not wait for it.
    ///
    /// - Parameter audit: Recorded in the same transaction.
    /// **Errors** `UNKNOWN_RECOVERY` when none is open; the database's.
    package func compare(audit: AuditEntry? = nil) async throws -> Recovery {
        try await change(RecoveryStore.compareNow(at: now()), audit: audit, "an operator asked for a comparison")
    }

    /// Ends the open recovery: issuing goes on.
    ///
    /// - Parameters:
    ///   - evidence: What was seen, and where; kept beside the recovery.
    ///   - force: Also when it was not compared to its end, or findings are open.
    ///   - clientID: The API client of the operator.
    ///   - audit: Recorded in the same transaction.
    /// **Errors** `MISSING_EVIDENCE`, `INVALID_ARGUMENT`, `UNKNOWN_RECOVERY`, `RECOVERY_NOT_COMPARED`,
    /// `RECOVERY_FINDINGS_OPEN`.
    package func end(
        evidence: String, force: Bool, by clientID: String, audit: AuditEntry? = nil
    ) async throws -> Recovery {
        let evidence = try Evidence.checked(evidence)
        let now = now()
        let ended = try await pool.withLine(Self.line) {
            try await pool.withTransaction { connection in
                let (locked, found) = try await connection.pipeline(RecoveryStore.lockOpen, RecoveryStore.open)
                // A recovery that begins while the lock on another is waited for is not the one to end.
                guard locked == 1, let open = found.first else { throw Self.noneOpen }
                if !force { try Self.requireExplained(open) }
                let (_, _, ended) = try await connection.pipeline(
                    RecoveryStore.end(by: clientID, evidence: evidence, at: now), audit.statements,
                    RecoveryStore.read(open.number))
                return ended.first
            }
        }
        guard let ended else { throw Self.noneOpen }
        logger.notice(
            "an operator ended a recovery; issuing resumes",
            metadata: ["recovery": "\(ended.number)", "open_findings": "\(ended.openCount)"])
        onChanged()
        return ended
    }

    private func change(
        _ statement: PostgresStatement, audit: AuditEntry?, _ message: Logger.Message
    ) async throws -> Recovery {
        let recovery = try await pool.withLine(Self.line) {
            try await pool.withTransaction { connection in
                // The recovery that was changed is the open one, and is locked by the change.
                let (changed, _, open) = try await connection.pipeline(statement, audit.statements, RecoveryStore.open)
                guard changed == 1, let recovery = open.first else { throw Self.noneOpen }
                return recovery
            }
        }
        logger.notice(message, metadata: ["recovery": "\(recovery.number)"])
        onChanged()
        return recovery
    }

    private static func requireExplained(_ open: Recovery) throws(IssuanceError) {
        guard open.isCompared else {
            throw IssuanceError(
                .recoveryNotCompared,
                (open.failure.map { "the last comparison failed (\($0))" }
                    ?? "the comparison that sees everything begins at \(open.finalAt)")
                    + "; wait for it, or compare with Cosmo's portal and end with force")
        }
        guard open.openCount == 0 else {
            throw IssuanceError(
                .recoveryFindingsOpen,
                "\(open.openCount) transactions of Cosmo are unexplained: adopt each, or end with force if none is an "
                    + "issuance of ours")
        }
    }

    /// The line in which calls wait for the row of the open recovery.
    private static let line = "recovery"

    static let noneOpen = IssuanceError(.unknownRecovery, "no recovery is open: issuing goes on")
}
