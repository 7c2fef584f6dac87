import Cosmo
import Rewards

/// How one transaction of Cosmo's compares with our issuance: pure.
struct ReconciliationComparison: Sendable {
    let transaction: CosmoTransaction
    let facts: TransactionFacts
    let issuance: IssuanceRecord
    let differences: [FactDifference]

    init(_ transaction: CosmoTransaction, _ issuance: IssuanceRecord, isTransactionIDTaken: Bool) {
        var facts = TransactionFacts(transaction)
        facts.isTransactionIDTaken = isTransactionIDTaken
        self.transaction = transaction
        self.facts = facts
        self.issuance = issuance
        self.differences = facts.differences(from: issuance)
    }

    /// Whether the listing tells the issuance something it does not know; applied as a read would be.
    ///
    /// Without its value a transaction cannot be compared, so it proves nothing. That it is listed at all is news of an
    /// issuance that waits to be sent: it was sent already.
    var isNews: Bool {
        if issuance.status == .planned { return true }
        guard facts.value != nil || facts.valueIsFractional else { return false }
        return issuance.status != .confirmed || !differences.isEmpty
    }

    /// What is wrong once the news is applied; nil when both sides agree and the issuance is settled.
    ///
    /// - Parameter settled: The issuance as it is after the news.
    func finding(_ settled: IssuanceRecord) -> ReconciliationFinding? {
        if !differences.isEmpty {
            return .differs(transaction, from: settled, reason: differences.map(\.rawValue).joined(separator: "+"))
        }
        switch transaction.state {
        case .completed: break
        case .pending: return .differs(transaction, from: settled, reason: IssuanceReason.cosmoStatusPending)
        case .failed: return .differs(transaction, from: settled, reason: IssuanceReason.cosmoStatusFailed)
        case .unrecognised: return .differs(transaction, from: settled, reason: IssuanceReason.cosmoStatusUnrecognised)
        }
        guard settled.status != .confirmed else { return nil }
        return .differs(transaction, from: settled, reason: settled.reason ?? IssuanceReason.notSettled)
    }
}
