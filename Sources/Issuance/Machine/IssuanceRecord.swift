package import Cosmo
package import PostgreSQL
package import Rewards

/// One issuance asked of Cosmo, as its row holds it.
///
/// **Guarantees** What was decided at planning (`let`) never changes afterwards; only its state does.
package struct IssuanceRecord: Sendable, Hashable {
    /// The card whose position it issues from.
    package let cardID: String
    /// Our unique reference, on disk before the first send (I-6).
    package let referenceNumber: String
    /// The order of planning over all cards; listings page by it.
    package let number: Int64
    /// The program, by Cosmo's id.
    package let programID: String
    /// What the quantity counts.
    package let unit: RewardUnit
    /// What it takes from the position, in millionths of the unit.
    package let quantityMicro: Int64
    /// The integer sent to Cosmo: points, or value in the configured unit.
    package let sentValue: Int64
    /// How many millionths of the unit one of the value sent is worth; nil for what was planned before this was kept.
    package internal(set) var sentUnitMicro: Int64?
    /// The digest over what was decided at planning; nil for what was planned before this was kept.
    package internal(set) var plannedDigest: [UInt8]?
    /// `POINTS` or the currency's ISO 4217 code.
    package let sentCurrency: String
    /// The member's account it is issued to.
    package let account: CosmoAccount
    /// When it was planned.
    package let createdAt: PostgresTimestamp

    /// Its state.
    package var status: IssuanceStatus
    /// Why it is in this state, in UPPER_SNAKE; on a confirmed issuance a flag that later news contradicts it.
    package var reason: String?
    /// Cosmo's transaction id, once known.
    package var cosmoTransactionID: String?
    /// The points Cosmo says were issued, a decimal.
    package var totalPoints: String?
    /// How often it was handed to a sender.
    package var attempts: Int
    /// How often Cosmo was asked about it with an answer.
    package var reads: Int
    /// How many of the latest reads, late enough to count, found nothing.
    package var absentReads: Int
    /// When to send it, when its lease ends, or when to read it; nil when nothing is to be done by itself.
    package var dueAt: PostgresTimestamp?
    /// The lease of the sender that has it.
    package var leaseID: String?
    /// When it was first handed to a sender.
    package var firstSentAt: PostgresTimestamp?
    /// The latest time at which something of it may have been sent: when it was handed to a sender, when a call with
    /// unknown outcome ended, or the time that Cosmo lists for it when our claim was lost.
    package var lastSentAt: PostgresTimestamp?
    /// When Cosmo answered with an id.
    package var acceptedAt: PostgresTimestamp?
    /// When it was confirmed or parked.
    package var settledAt: PostgresTimestamp?
    /// Who confirmed or parked it.
    package var settledBy: SettledBy?
    /// What an operator saw, and where, when one settled it.
    package var evidence: String?
    /// The API client of that operator.
    package var evidenceBy: String?
    /// Since when a parked issuance's quantity may be planned again, or when an operator looked at a confirmed one that
    /// later news contradicts; nil while it waits for a person.
    package var resolvedAt: PostgresTimestamp?
    /// When it was taken into the books, after a failover or a restore had lost it; nil for every other issuance.
    package internal(set) var adoptedAt: PostgresTimestamp?
    /// Which of the wallet's two worlds it was paid into, `SANDBOX` or `LIVE`; nil for what is not paid into the
    /// wallet.
    package internal(set) var walletEnvironment: String?

    /// The position it belongs to.
    package var positionKey: PositionKey { PositionKey(cardID: cardID, programID: programID, unit: unit) }

    /// Whether nothing but a person leads on: it is mismatched, unknown without another read to come, refused and not
    /// retried, or contradicted after it was confirmed and not looked at.
    ///
    /// `IssuanceStore.waiting` says the same in SQL.
    package var waitsForPerson: Bool {
        switch status {
        case .mismatched: true
        case .unknown: dueAt == nil
        case .parked, .confirmed: reason != nil && resolvedAt == nil
        case .planned, .sending, .accepted, .withdrawn: false
        }
    }
}

extension IssuanceRecord {
    /// Whether what a sender would send follows from what was planned: the value from the quantity and the unit it was
    /// planned in, that unit from the configuration, the currency from what the quantity counts; and the digest
    /// over all that was decided then fits.
    ///
    /// A row that was changed by hand, or planned while another unit of value was configured, must not become points
    /// that nobody earned: what is issued cannot be taken back (I-7).
    func isAsPlanned(valueUnit: CosmoValueUnit) -> Bool {
        guard sentValue > 0, !account.isEmpty, let unitMicro = unitMicro(valueUnit),
            sentUnitMicro.map({ $0 == unitMicro }) ?? true, plannedDigest.map({ $0 == digest(unitMicro) }) ?? true
        else { return false }
        let (micro, overflow) = sentValue.multipliedReportingOverflow(by: unitMicro)
        return !overflow && micro == quantityMicro
    }

    private func digest(_ unitMicro: Int64) -> [UInt8] {
        PlannedDigest.of(
            positionKey, referenceNumber: referenceNumber, quantityMicro: quantityMicro, sentValue: sentValue,
            sentUnitMicro: unitMicro, sentCurrency: sentCurrency, account: account, plannedAt: createdAt)
    }

    /// Millionths of the unit in one of the value sent; nil when the currency is none that such a quantity is sent in.
    private func unitMicro(_ valueUnit: CosmoValueUnit) -> Int64? {
        switch unit {
        case .points:
            return sentCurrency == CosmoIssuanceRequest.pointsCurrency ? MicroPoints.perPoint : nil
        case .value:
            guard let currency = try? CurrencyCode(sentCurrency),
                let minorUnits = valueUnit.minorUnitsPerUnit(exponent: currency.minorDigits)
            else { return nil }
            let (micro, overflow) = minorUnits.multipliedReportingOverflow(by: 1_000_000)
            return overflow ? nil : micro
        }
    }
}
