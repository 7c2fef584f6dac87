package import OperatorRecord
package import PostgreSQL

/// Settles an unknown or mismatched issuance by evidence an operator saw elsewhere, or takes a confirmed one that later
/// news contradicts off the list of what waits for a person; cannot be undone.
package struct ResolveIssuance: Sendable {
    /// What the evidence says.
    package enum Outcome: Sendable, Hashable, CaseIterable {
        /// Cosmo has it: it counts as issued.
        case issued
        /// Cosmo does not have it: its quantity is pending again, and is planned under a new reference.
        case notIssued
    }

    private let pool: PostgresPool
    private let policy: SettlementPolicy
    private let now: @Sendable () -> PostgresTimestamp

    /// Makes the use case.
    package init(
        pool: PostgresPool, configuration: IssuanceConfiguration,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.policy = configuration.settlement
        self.now = now
    }

    /// Settles the issuance and returns it as it is then.
    ///
    /// `audit` is recorded in the same transaction.
    ///
    /// **Errors** `UNKNOWN_ISSUANCE`, `MISSING_EVIDENCE`, `INVALID_ARGUMENT`, `WRONG_STATUS`, `TRANSACTION_ID_TAKEN`.
    package func callAsFunction(
        referenceNumber: String, outcome: Outcome, evidence: String, transactionID: String? = nil, by clientID: String,
        audit: AuditEntry? = nil
    ) async throws -> IssuanceRecord {
        let transactionID = transactionID.flatMap { $0.isEmpty ? nil : $0 }
        let evidence = try Evidence.bounded(evidence)
        if let transactionID, transactionID.utf8.count > 256 || transactionID.utf8.contains(where: { $0 < 32 }) {
            throw IssuanceError(
                .invalidArgument, "cosmo_transaction_id: at most 256 bytes without control characters",
                field: "cosmo_transaction_id")
        }
        let lines = try await PositionLine.names(ofIssuance: referenceNumber, in: pool)
        return try await pool.withLines(lines) {
            try await pool.withTransaction { connection in
                let (found, owners) = try await connection.pipeline(
                    IssuanceReads.exists(referenceNumber), transactionID.flatMap(IssuanceReads.owner))
                guard found == 1 else { throw IssuanceReads.unknown }
                try Evidence.require(evidence)
                if let owner = owners?.first?.1, owner != referenceNumber {
                    throw IssuanceError(
                        .transactionIDTaken, "the transaction settles the issuance \(owner) already; check the id",
                        field: "cosmo_transaction_id")
                }
                let event: IssuanceEvent =
                    switch outcome {
                    case .issued: .resolvedIssued(transactionID: transactionID, evidence: evidence, by: clientID)
                    case .notIssued: .resolvedNotIssued(evidence: evidence, by: clientID)
                    }
                let transition =
                    try await ApplyIssuanceEvents(policy: self.policy).apply(
                        [.init(referenceNumber: referenceNumber, event: event)], at: self.now(), on: connection
                    ).first ?? nil
                guard let transition else { throw IssuanceReads.unknown }
                guard transition.verdict == .applied else {
                    throw IssuanceError(
                        .wrongStatus,
                        "the issuance is \(transition.record.status.rawValue): only an unknown or mismatched issuance "
                            + "can be resolved, or, as issued, a confirmed one that waits for a person"
                    )
                }
                if let audit { _ = try await connection.pipeline([audit.statement]) }
                return transition.record
            }
        }
    }
}

extension String {
    /// The text without white space at its ends.
    func trimmingSpace() -> String {
        let tail = drop(while: \.isWhitespace)
        guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(tail[...last])
    }
}
