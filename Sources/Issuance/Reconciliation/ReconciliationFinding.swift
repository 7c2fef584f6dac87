import Cosmo
import Foundation
import PostgreSQL
import Rewards

/// What only one side knows, or both know differently.
package struct ReconciliationFinding: Sendable, Hashable {
    /// Who knows of it.
    package enum Side: String, Sendable, Hashable, CaseIterable {
        /// Cosmo lists a transaction that is none of our issuances.
        case cosmoOnly = "cosmo_only"
        /// We hold an issuance for confirmed that Cosmo does not list.
        case oursOnly = "ours_only"
        /// Both have it, with other facts.
        case differs
    }

    /// Who knows of it.
    package let side: Side
    /// Our reference; nil when Cosmo's transaction names none that could be ours.
    package let referenceNumber: String?
    /// Cosmo's transaction id.
    package let cosmoTransactionID: String?
    /// The program.
    package let programID: String?
    /// What is wrong, in UPPER_SNAKE.
    package let reason: String
    /// Both sides' facts as JSON, without personal data.
    package let detailJSON: String
}

extension ReconciliationFinding {
    /// Cosmo lists what is none of our issuances.
    static func notOurs(_ transaction: CosmoTransaction) -> ReconciliationFinding {
        ReconciliationFinding(
            side: .cosmoOnly,
            referenceNumber: transaction.referenceNumber.flatMap {
                CosmoIssuanceRequest.isReferenceNumber($0) ? $0 : nil
            },
            cosmoTransactionID: FindingDetail.short(transaction.id),
            programID: FindingDetail.short(transaction.programID), reason: IssuanceReason.notOurs,
            detailJSON: FindingDetail(transaction, nil).json)
    }

    /// Both sides have it, with other facts.
    static func differs(
        _ transaction: CosmoTransaction, from issuance: IssuanceRecord, reason: String
    ) -> ReconciliationFinding {
        ReconciliationFinding(
            side: .differs, referenceNumber: issuance.referenceNumber,
            cosmoTransactionID: FindingDetail.short(transaction.id), programID: issuance.programID, reason: reason,
            detailJSON: FindingDetail(transaction, issuance).json)
    }

    /// Our confirmed issuance is not in Cosmo's books.
    static func notAtCosmo(_ issuance: IssuanceRecord, reason: String) -> ReconciliationFinding {
        ReconciliationFinding(
            side: .oursOnly, referenceNumber: issuance.referenceNumber,
            cosmoTransactionID: issuance.cosmoTransactionID,
            programID: issuance.programID, reason: reason, detailJSON: FindingDetail(nil, issuance).json)
    }
}
