import PostgreSQL
import Rewards

/// Takes a refund that came before what it is of, now that this is here, or one that was held because this service
/// lacked a plugin, now that it may have it.
///
/// A refund is of the spend that it names, or of the clearings of the authorisation that it names when it names no
/// spend.
///
/// **Guarantees** Safe to repeat and to run at once in several processes: the refund is taken once. One that does not
/// fit the spend is held, with nothing moved; one that is held for anything else is left to its operator.
struct SettleWaitingRefund: Sendable {
    let desk: RefundDesk
    let policy: AttributionPolicy

    /// What a refund is of, and how that was found.
    private struct Bearers {
        let parts: [(spend: PinnedSpend, amountMinor: Int64)]
        let rule: String
        var candidatesJSON = "[]"
    }

    /// Returns what the refund has come to; nil when it did not wait any more, or still does.
    ///
    /// **Errors** `CONTENTION` soon when another transaction holds the card.
    func callAsFunction(_ refundID: String, ofCard cardID: String) async throws -> RecordedRefund.Status? {
        try await desk.run(refund: refundID, cardID: cardID, patience: CardTransaction.workerPatience) {
            connection, plugins in
            let (card, standing) = try await desk.lock(refundID, on: connection)
            guard standing.waitsForService else { return RefundDesk.Done(nil) }
            let settledAt = desk.now()
            var booking = desk.booking(of: card, plugins)
            var fate: RefundStore.Fate
            do {
                guard let bearers = try await bearers(of: standing, on: connection) else { return RefundDesk.Done(nil) }
                for part in bearers.parts {
                    guard ExactText(part.spend.cardID) == ExactText(standing.cardID) else {
                        throw SpendingError.spendOfAnotherCard
                    }
                    var spend = part.spend
                    try booking.move(&spend, by: part.amountMinor, for: refundID, .refund)
                }
                fate = RefundStore.Fate(
                    status: .applied, rule: bearers.rule, candidatesJSON: bearers.candidatesJSON, settledAt: settledAt)
            } catch let obstacle as SpendingError where obstacle.holdsWaitingRefund {
                guard standing.status == .waiting || standing.reason != obstacle.reasonText else {
                    return RefundDesk.Done(nil)
                }
                booking = desk.booking(of: card, plugins)
                fate = RefundStore.Fate(status: .held, reason: obstacle.reasonText)
            }
            let row = RefundStore.update(refundID: refundID, of: card, fate)
            let hasClawedBack = try await desk.write(row, booking, at: settledAt, on: connection)
            return RefundDesk.Done(fate.status, hasClawedBack: hasClawedBack)
        }
    }

    /// The spends that bear the refund; nil while they are not here.
    private func bearers(of refund: RecordedRefund, on connection: PostgresConnection) async throws -> Bearers? {
        if let spendID = refund.spendID {
            guard let spend = try await connection.first(PinnedSpendStore.read([spendID])) else { return nil }
            return Bearers(parts: [(spend, refund.amount.minorUnits)], rule: RefundStore.named)
        }
        guard let authorizationID = refund.authorizationID, policy.rules.contains(.exactLink) else { return nil }
        let attribution = try await RefundDesk.linked(
            refund.clues, to: authorizationID, ofCard: refund.cardID, policy, on: connection)
        guard let rule = attribution.rule else { return nil }
        let spends = try await desk.spends(attribution.parts.map(\.spendID), ofCard: refund.cardID, on: connection)
        return Bearers(
            parts: attribution.parts.compactMap { part in
                spends[ExactText(part.spendID)].map { ($0, part.amountMinor) }
            },
            rule: rule.rawValue,
            candidatesJSON: String(decoding: attribution.document.canonicalBytes, as: UTF8.self))
    }
}

extension RecordedRefund {
    /// Whether it is the service that makes it wait, and no operator is asked.
    fileprivate var waitsForService: Bool {
        guard status == .held else { return status == .waiting }
        if reason == SpendingError.Reason.pluginUnavailable.rawValue { return spendID != nil || authorizationID != nil }
        return spendID == nil && RefundAttribution.HoldReason.ofLinks.contains { $0.rawValue == reason }
    }

    /// What the attribution policy may look at.
    fileprivate var clues: RefundClues {
        RefundClues(
            amountMinor: amount.minorUnits, merchantCategoryCode: merchantCategoryCode, merchantName: merchantName,
            occurredAtMicros: occurredAt.microsecondsSinceEpoch, authorizationID: authorizationID)
    }
}

extension SpendingError {
    /// A waiting refund was acknowledged, so what would have refused it at once holds it.
    fileprivate var holdsWaitingRefund: Bool {
        holdsRefund || reason == .spendOfAnotherCard || reason == .refundExceedsSpend
    }
}
