package import Cards
package import OperatorRecord
package import PostgreSQL
import Rewards
package import Waiting

/// Undoes a refund's attribution and attributes it to the spends that an operator names, in one step.
///
/// A refund that waits or is held is attributed in the same way. What a spend bears before and after is moved as one
/// difference, so a spend that keeps its part is not touched.
///
/// **Guarantees** One transaction under the card's lock, with the record of the operator's action; repeating it changes
/// nothing and records nothing. It is reversible: attributing back, or undoing, restores exactly (I-4).
package struct ReattributeRefund: Sendable {
    /// How much of the refund a spend is to bear.
    package struct Target: Sendable, Hashable {
        /// The spend.
        package let spendID: String
        /// In minor units, above zero.
        package let amountMinor: Int64

        /// Makes a target.
        package init(spendID: String, amountMinor: Int64) {
            self.spendID = spendID
            self.amountMinor = amountMinor
        }
    }

    /// The most spends that one refund may be attributed to.
    package static let targetsMax = 1000

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

    /// Attributes a refund, answered after the commit.
    ///
    /// - Parameter audit: Recorded in the same transaction, when anything changes.
    /// **Errors** The first of: `INVALID_ARGUMENT`, `UNKNOWN_REFUND`, `REFUND_UNDONE`, `UNKNOWN_SPEND`,
    /// `SPEND_OF_ANOTHER_CARD`, `PARTS_DO_NOT_SUM`, `REFUND_EXCEEDS_SPEND`; those of a plugin as in ``UndoRefund``;
    /// `DATABASE_UNAVAILABLE`, `COMMIT_UNKNOWN`; `PostgresError`.
    package func callAsFunction(
        _ refundID: String, to targets: [Target], audit: AuditEntry? = nil
    ) async throws -> RefundAnswer {
        try Self.check(refundID, targets)
        let attempts = CommitAttempts()
        return try await desk.run(refund: refundID, attempts) { connection, plugins in
            let (card, standing) = try await desk.lock(refundID, on: connection)
            guard standing.status != .undone else { throw SpendingError.refundUndone }
            let spendIDs = Set((standing.parts.map(\.spendID) + targets.map(\.spendID)).map(ExactText.init))
            var spends = try await desk.spends(spendIDs.map(\.text), ofCard: standing.cardID, on: connection)
            let sum = targets.reduce(into: Int128(0)) { $0 += Int128($1.amountMinor) }
            guard sum == Int128(standing.amount.minorUnits) else { throw SpendingError.partsDoNotSum }
            let changes = Self.changes(from: standing.parts, to: targets)
            if changes.isEmpty {
                let isOurs = standing.settledAt.map(attempts.wrote) ?? false
                return RefundDesk.Done(RefundAnswer(refund: standing, replayed: !isOurs))
            }
            let movedAt = desk.now()
            attempts.note(movedAt)
            var booking = desk.booking(of: card, plugins)
            for change in changes {
                guard var spend = spends.removeValue(forKey: change.spendID) else { continue }
                try booking.move(&spend, by: change.amountMinor, for: refundID, .reattribution)
            }
            let row = RefundStore.update(
                refundID: refundID, of: card,
                RefundStore.Fate(status: .applied, rule: RefundStore.byOperator, settledAt: movedAt))
            let hasClawedBack = try await desk.write(row, booking, at: movedAt, audit: audit, on: connection)
            guard let written = try await desk.read(refundID, cardID: standing.cardID, on: connection) else {
                throw SpendingError.unknownRefund
            }
            return RefundDesk.Done(
                RefundAnswer(refund: written.refund, replayed: false), hasClawedBack: hasClawedBack)
        }
    }

    private static func check(_ refundID: String, _ targets: [Target]) throws(SpendingError) {
        let check = PurchaseCheck(prefix: "")
        try check.identifier(refundID, "refund_id")
        guard !targets.isEmpty, targets.count <= targetsMax else {
            throw SpendingError(.invalidArgument, "targets must be 1 to \(targetsMax) spends", field: "targets")
        }
        var seen: Set<ExactText> = []
        for target in targets {
            try check.identifier(target.spendID, "targets.spend_id")
            guard seen.insert(ExactText(target.spendID)).inserted, target.amountMinor > 0 else {
                throw SpendingError(
                    .invalidArgument, "targets must name each spend once, each with an amount above zero",
                    field: "targets")
            }
        }
    }

    /// What each spend bears more or less; those that give up a part first.
    private static func changes(
        from parts: [RecordedRefund.Part], to targets: [Target]
    ) -> [(spendID: ExactText, amountMinor: Int64)] {
        var bears: [ExactText: Int64] = [:]
        for part in parts { bears[ExactText(part.spendID)] = part.amountMinor }
        var more: [(spendID: ExactText, amountMinor: Int64)] = []
        for target in targets {
            let before = bears.removeValue(forKey: ExactText(target.spendID)) ?? 0
            if target.amountMinor != before { more.append((ExactText(target.spendID), target.amountMinor - before)) }
        }
        let less = bears.map { (spendID: $0.key, amountMinor: -$0.value) }.sorted { $0.spendID < $1.spendID }
        return less + more.filter { $0.amountMinor < 0 } + more.filter { $0.amountMinor > 0 }
    }
}
