package import Cosmo
import Foundation
package import PostgreSQL
import Rewards

/// What Cosmo says of one transaction, from an answer, a read or a webhook, for comparing with our issuance.
package struct TransactionFacts: Sendable, Hashable {
    /// Cosmo's transaction id.
    package var transactionID: String
    /// The reference number it is said to belong to.
    package var referenceNumber: String?
    /// The program; nil when it is not given.
    package var programID: String?
    /// The value it was issued with; nil when it is not given or not whole.
    package var value: Int64?
    /// Whether a value was given that is not a whole number; ours always are.
    package var valueIsFractional = false
    /// The currency of the value; nil when it is not given.
    package var currency: String?
    /// The account; nil when it is not given.
    package var account: CosmoAccount?
    /// The points issued, a decimal; nil when they are not given.
    package var totalPoints: String?
    /// When Cosmo made it, when reported in a form that is understood.
    package var madeAt: PostgresTimestamp?
    /// What is known of its end.
    package var state = CosmoTransaction.State.completed
    /// Whether the id already belongs to another issuance of ours; found out before facts are applied.
    var isTransactionIDTaken = false

    /// Makes facts; everything beyond the id may be unknown.
    package init(
        transactionID: String, referenceNumber: String? = nil, programID: String? = nil, value: Int64? = nil,
        currency: String? = nil, account: CosmoAccount? = nil, totalPoints: String? = nil
    ) {
        self.transactionID = transactionID
        self.referenceNumber = referenceNumber
        self.programID = programID
        self.value = value
        self.currency = currency
        self.account = account
        self.totalPoints = totalPoints
    }

    /// The facts of a read.
    package init(_ transaction: CosmoTransaction) {
        self.init(
            transactionID: transaction.id, referenceNumber: transaction.referenceNumber,
            programID: transaction.programID, value: transaction.wholeValue, currency: transaction.currency,
            account: transaction.account, totalPoints: transaction.totalPoints?.description)
        valueIsFractional = transaction.value != nil && transaction.wholeValue == nil
        state = transaction.state
        madeAt = transaction.createdAt.flatMap { InternetTime.microseconds($0, allowsSpace: true) }
            .map(PostgresTimestamp.init(microsecondsSinceEpoch:))
    }

    /// The facts of an answer to an issuance call.
    package init(_ answer: CosmoIssuanceAnswer) {
        self.init(
            transactionID: answer.id, referenceNumber: answer.referenceNumber,
            totalPoints: answer.totalPoints.description)
    }

    /// The facts that differ from an issuance of ours; what is not given does not differ.
    ///
    /// Points are not compared: Cosmo's campaigns may add some, and its number always wins (contract section 5.2).
    func differences(from issuance: IssuanceRecord) -> [FactDifference] {
        var differences: [FactDifference] = []
        func compare(_ difference: FactDifference, _ isSame: Bool) {
            if !isSame { differences.append(difference) }
        }
        compare(.referenceNumber, referenceNumber.map { $0 == issuance.referenceNumber } ?? true)
        compare(.transactionID, issuance.cosmoTransactionID.map { $0 == transactionID } ?? true)
        compare(.transactionIDTaken, !isTransactionIDTaken)
        compare(.program, programID.map { $0 == issuance.programID } ?? true)
        compare(.value, !valueIsFractional && value.map { $0 == issuance.sentValue } ?? true)
        compare(.currency, currency.map { $0 == issuance.sentCurrency } ?? true)
        // An adopted issuance may have no account: Cosmo's listing has none, and the link may be lost.
        compare(.account, issuance.account.isEmpty || account.map { $0.agrees(with: issuance.account) } ?? true)
        return differences
    }
}
