import Cosmo
import Foundation
import PostgreSQL
import Rewards

extension ReconciliationFinding {
    /// Cosmo lists what is none of our issues.
    static func notOurs(_ transaction: CosmoTransaction) -> ReconciliationFinding {
        ReconciliationFinding(
            side: .cosmoOnly,
            referenceNumber: transaction.referenceNumber.flatMap { CosmoIssueRequest.isReferenceNumber($0) ? $0 : nil },
            cosmoTransactionID: FindingDetail.short(transaction.id),
            programID: FindingDetail.short(transaction.programID), reason: IssuanceReason.notOurs,
            detailJSON: FindingDetail(transaction, nil).json)
    }

    /// Both sides have it, with other facts.
    static func differs(
        _ transaction: CosmoTransaction, from issue: IssuanceRecord, reason: String
    ) -> ReconciliationFinding {
        ReconciliationFinding(
            side: .differs, referenceNumber: issue.referenceNumber,
            cosmoTransactionID: FindingDetail.short(transaction.id), programID: issue.programID, reason: reason,
            detailJSON: FindingDetail(transaction, issue).json)
    }

    /// Our confirmed issue is not in Cosmo's books.
    static func notAtCosmo(_ issue: IssuanceRecord, reason: String) -> ReconciliationFinding {
        ReconciliationFinding(
            side: .oursOnly, referenceNumber: issue.referenceNumber, cosmoTransactionID: issue.cosmoTransactionID,
            programID: issue.programID, reason: reason, detailJSON: FindingDetail(nil, issue).json)
    }
}
