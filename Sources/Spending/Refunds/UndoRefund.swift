package import Cards
package import OperatorRecord
package import PostgreSQL
import Rewards
package import Waiting

/// Takes a refund back as if it had never been.
///
/// Each spend gets back A(cleared − refunded + part) − A(cleared − refunded) of its pinned decision, so that what is
/// left is again that of the refunds that remain (I-4). A refund that waits or is held is dropped.
///
/// **Guarantees** Repeating it changes nothing. One transaction under the card's lock; an answer means that it is on
/// disk (I-11).
package struct UndoRefund: Sendable {
    private let desk: RefundDesk

    /// Makes the use case; the parameters are those of ``RecordRefund``.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        pinnedPlugins: @escaping PinnedPlugins, positions: any PositionSink,
        positionsDue: Signal = Signal(), now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        desk = RefundDesk(
            pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
            positionsDue: positionsDue, now: now)
    }

    /// Undoes a refund, answered after the commit.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the refund was undone before.
    /// **Errors** `INVALID_ARGUMENT`, `UNKNOWN_REFUND`; `DECISION_NOT_REPRODUCED`, `PLUGIN_UNAVAILABLE`,
    /// `PLUGIN_FAILED` and `PLUGIN_CONTRADICTS_ITSELF` with nothing moved; `DATABASE_UNAVAILABLE`, `COMMIT_UNKNOWN`;
    /// `PostgresError`.
    package func callAsFunction(_ refundID: String, audit: AuditEntry? = nil) async throws -> RefundAnswer {
        try PurchaseCheck(prefix: "").identifier(refundID, "refund_id")
        let attempts = CommitAttempts()
        return try await desk.run(refund: refundID, attempts) { connection, plugins in
            let (card, standing) = try await desk.lock(refundID, on: connection)
            if standing.status == .undone {
                let isOurs = standing.settledAt.map(attempts.wrote) ?? false
                return RefundDesk.Done(RefundAnswer(refund: standing, replayed: !isOurs))
            }
            let undoneAt = desk.now()
            attempts.note(undoneAt)
            var booking = desk.booking(of: card, plugins)
            if !standing.parts.isEmpty {
                var spends = try await desk.spends(
                    standing.parts.map(\.spendID), ofCard: standing.cardID, on: connection)
                for part in standing.parts {
                    guard var spend = spends.removeValue(forKey: ExactText(part.spendID)) else { continue }
                    try booking.move(&spend, by: -part.amountMinor, for: refundID, .undo)
                }
            }
            let row = RefundStore.update(
                refundID: refundID, of: card, RefundStore.Fate(status: .undone, settledAt: undoneAt))
            let hasClawedBack = try await desk.write(row, booking, at: undoneAt, audit: audit, on: connection)
            guard let written = try await desk.read(refundID, cardID: standing.cardID, on: connection) else {
                throw SpendingError.unknownRefund
            }
            return RefundDesk.Done(
                RefundAnswer(refund: written.refund, replayed: false), hasClawedBack: hasClawedBack)
        }
    }
}
