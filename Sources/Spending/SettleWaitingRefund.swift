import PostgreSQL
import Rewards

/// Takes a refund that came before its spend, now that the spend is here, or one that was held because this service lacked
/// a plugin, now that it may have it.
///
/// **Guarantees** Safe to repeat and to run at once in several processes: the refund is taken once. One that does not fit
/// the spend is held, with nothing moved; one that is held for anything but the want of a plugin is left to its operator.
struct SettleWaitingRefund: Sendable {
    let desk: RefundDesk

    /// Returns what the refund has come to; nil when it did not wait any more, or still does.
    func callAsFunction(_ refundID: String) async throws -> RecordedRefund.Status? {
        try await desk.run(refund: refundID) { connection, plugins in
            let standing = try await desk.lock(refundID, on: connection).refund
            guard standing.waitsForService, let spendID = standing.spendID else { return RefundDesk.Done(nil) }
            let read = try await connection.pipeline([PinnedSpendStore.read([spendID])])
            guard var spend = try PinnedSpendStore.spends(read[0]).values.first else { return RefundDesk.Done(nil) }
            let settledAt = desk.now()
            var booking = desk.booking(ofCard: standing.cardID, plugins)
            var fate = RefundStore.Fate(status: .applied, rule: RefundStore.named, settledAt: settledAt)
            do {
                guard ExactText(spend.cardID) == ExactText(standing.cardID) else {
                    throw SpendingError.spendOfAnotherCard
                }
                try booking.move(&spend, by: standing.amount.minorUnits, for: refundID, .refund)
            } catch let obstacle as SpendingError where obstacle.holdsWaitingRefund {
                guard standing.status == .waiting || standing.reason != obstacle.reasonText else {
                    return RefundDesk.Done(nil)
                }
                booking = desk.booking(ofCard: standing.cardID, plugins)
                fate = RefundStore.Fate(status: .held, reason: obstacle.reasonText)
            }
            let row = RefundStore.update(cardID: standing.cardID, refundID: refundID, fate)
            let hasClawedBack = try await desk.write(row, booking, at: settledAt, on: connection)
            return RefundDesk.Done(fate.status, hasClawedBack: hasClawedBack)
        }
    }
}

extension RecordedRefund {
    /// Whether it is the service that makes it wait, and no operator is asked.
    fileprivate var waitsForService: Bool {
        status == .waiting || status == .held && reason == SpendingError.Reason.pluginUnavailable.rawValue
    }
}

extension SpendingError {
    /// A waiting refund was acknowledged, so what would have refused it at once holds it.
    fileprivate var holdsWaitingRefund: Bool {
        holdsRefund || reason == .spendOfAnotherCard || reason == .refundExceedsSpend
    }
}
