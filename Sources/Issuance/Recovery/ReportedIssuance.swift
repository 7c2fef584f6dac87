import Cosmo
import PostgreSQL
import Rewards

/// A completed transaction of Cosmo that may be an issuance of ours: pure.
///
/// Cosmo's listing has no currency and no account (contract section 5.4), so neither is needed.
struct ReportedIssuance: Sendable {
    let programID: String
    /// The reference number, when it has the form of ours.
    let reference: String?
    /// The account, when Cosmo reports it.
    let account: CosmoAccount?
    /// What the value counts, when Cosmo reports the currency.
    let unit: RewardUnit?
    private let transaction: CosmoTransaction
    private let value: Int64

    /// Nil when what Cosmo reports cannot be an issuance of ours, or is not done.
    init?(_ transaction: CosmoTransaction) {
        guard let programID = transaction.programID, IdentifierRule.check(programID),
            let value = transaction.wholeValue, value > 0, transaction.state == .completed,
            !transaction.id.utf8.contains(0)
        else { return nil }
        if let currency = transaction.currency, currency != CosmoIssuanceRequest.pointsCurrency {
            guard (try? CurrencyCode(currency)) != nil else { return nil }
        }
        self.transaction = transaction
        self.programID = programID
        self.value = value
        account = transaction.account
        unit = transaction.currency.map { $0 == CosmoIssuanceRequest.pointsCurrency ? .points : .value }
        reference = transaction.referenceNumber.flatMap { CosmoIssuanceRequest.isReferenceNumber($0) ? $0 : nil }
    }

    /// Whether the reference number can prove a card.
    var isProvable: Bool { reference.map { ReferenceNumber.maker(of: $0) == .provable } ?? false }

    /// An issuance that is to be booked.
    struct Order: Sendable {
        let key: PositionKey
        let planned: IssuanceStore.Planned
        let facts: TransactionFacts
    }

    /// The issuance that is to be booked for a position; nil when the value is not one that such a position is issued
    /// in.
    ///
    /// - Parameters:
    ///   - currencyCode: The card's currency.
    ///   - linked: The account that the card is linked to, for when Cosmo reports none; nil when there is none.
    func order(
        for key: PositionKey, currencyCode: String, linked: CosmoAccount?, valueUnit: CosmoValueUnit
    ) -> Order? {
        guard key.programID == programID, unit.map({ $0 == key.unit }) ?? true else { return nil }
        let unitMicro: Int64
        let currency: String
        switch key.unit {
        case .points:
            unitMicro = MicroPoints.perPoint
            currency = CosmoIssuanceRequest.pointsCurrency
        case .value:
            guard transaction.currency ?? currencyCode == currencyCode, let code = try? CurrencyCode(currencyCode),
                let minorUnits = valueUnit.minorUnitsPerUnit(exponent: code.minorDigits),
                case (let micro, false) = minorUnits.multipliedReportingOverflow(by: 1_000_000)
            else { return nil }
            unitMicro = micro
            currency = currencyCode
        }
        guard value <= Position.earnedMicroMax / unitMicro else { return nil }
        var facts = TransactionFacts(transaction)
        // A reference that no issuance of ours can have is not kept; Cosmo's id names the transaction.
        facts.referenceNumber = reference
        let planned = IssuanceStore.Planned(
            key: key, referenceNumber: reference ?? ReferenceNumber.random(key), quantityMicro: value * unitMicro,
            sentValue: value, sentUnitMicro: unitMicro, sentCurrency: currency,
            account: account ?? linked ?? CosmoAccount(fields: [:]))
        return Order(key: key, planned: planned, facts: facts)
    }
}
