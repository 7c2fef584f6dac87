package import Cosmo
package import OperatorRecord
package import PostgreSQL
import Rewards

/// Reads one transaction from Cosmo, and puts what the books say of it beside what Cosmo says; for customer support.
///
/// **Guarantees** Nothing is changed: an issuance whose outcome is open stays open until the resolver reads it.
package struct ReadCosmoTransaction: Sendable {
    /// Both sides.
    package struct Answer: Sendable, Hashable {
        /// What Cosmo says; nil when it knows no such transaction.
        package let cosmo: CosmoTransaction?
        /// The issuance it settles in the books; nil when it settles none.
        package let issuance: IssuanceRecord?
        /// What is different on the two sides; empty when one of them is missing.
        package let differences: [FactDifference]
    }

    private let pool: PostgresPool
    private let cosmo: any CosmoAPI

    /// Makes the use case.
    package init(pool: PostgresPool, cosmo: any CosmoAPI) {
        self.pool = pool
        self.cosmo = cosmo
    }

    /// Reads a transaction by Cosmo's id, or by our reference number.
    ///
    /// `audit` is recorded once both sides were read, since the answer holds a member's account.
    ///
    /// **Errors** `INVALID_ARGUMENT`, `UNKNOWN_TRANSACTION` when neither side knows it, `COSMO_UNAVAILABLE`,
    /// `COSMO_REFUSED`; `PostgresError`.
    package func callAsFunction(_ id: String, audit: AuditEntry? = nil) async throws -> Answer {
        guard IdentifierRule.check(id) else {
            throw IssuanceError(
                .invalidArgument, "transaction_id: 1 to 256 bytes without control characters",
                field: "transaction_id")
        }
        let reported: CosmoTransaction?
        do {
            reported = try await cosmo.transaction(id)
        } catch {
            throw IssuanceError(error, "Cosmo did not show the transaction")
        }
        let issuance = try await issuance(id, reported)
        guard reported != nil || issuance != nil else {
            throw IssuanceError(
                .unknownTransaction, "neither Cosmo nor the books know a transaction of this id or reference number",
                field: "transaction_id")
        }
        if let audit { _ = try await pool.query(audit.statement) }
        var differences: [FactDifference] = []
        if let reported, let issuance { differences = TransactionFacts(reported).differences(from: issuance) }
        return Answer(cosmo: reported, issuance: issuance, differences: differences)
    }

    /// The issuance by our reference number, as it was asked for or as Cosmo reports it, else by Cosmo's id.
    private func issuance(_ id: String, _ reported: CosmoTransaction?) async throws -> IssuanceRecord? {
        let names = [id, reported?.referenceNumber].compactMap(\.self)
        let transactionID = reported?.id ?? id
        return try await pool.withConnection { connection in
            for name in names where CosmoIssuanceRequest.isReferenceNumber(name) {
                if let found = try await connection.first(IssuanceStore.read(name)) { return found }
            }
            guard let owner = IssuanceReads.owner(ofTransaction: transactionID),
                let reference = try await connection.first(owner)?.1
            else { return nil }
            return try await connection.first(IssuanceStore.read(reference))
        }
    }
}
