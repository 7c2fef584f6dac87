package import Cards
package import OperatorRecord
package import PostgreSQL
import Rewards
package import Waiting

/// Takes a refund, whole or in part, back from what its spend's programs have earned.
///
/// What is taken is A(cleared − refunded before) − A(cleared − refunded after) of the decision that the spend pinned,
/// so that parts in any order come to the same and a full refund ends at zero for every program (I-4). A refund whose
/// spend is not here yet waits; one that names no spend is attributed by the policy; what cannot be worked out is held.
/// One that names an authorisation and no spend is of that authorisation's clearings or of nothing: it is held until
/// enough of them is here.
///
/// **Guarantees** One outcome per refund id: an equal call gets the refund as it is now with `replayed` set, another
/// content is refused (I-5). Refund, movements, clawbacks, period totals and positions are one transaction under the
/// card's lock. An answer means that it is on disk (I-11); a failure says whether anything happened (I-12).
package struct RecordRefund: Sendable {
    private let desk: RefundDesk
    private let policy: AttributionPolicy
    private let times: TimeRule

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - pinnedPlugins: Finds the plugins of former decisions.
    ///   - positions: Changes positions.
    ///   - positionsDue: Raised after a commit that moved positions, to wake the planner.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        pinnedPlugins: @escaping PinnedPlugins, positions: any PositionSink,
        positionsDue: Signal = Signal(), now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        desk = RefundDesk(
            pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
            positionsDue: positionsDue, now: now)
        policy = configuration.refundAttribution
        times = configuration.times
    }

    /// Records a refund, answered after the commit.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the refund was recorded before.
    /// **Errors** The first of: `INVALID_ARGUMENT`, `UNKNOWN_CURRENCY`, `NOT_POSITIVE`, `AMOUNT_TOO_LARGE`,
    /// `UNKNOWN_CARD`, `UNKNOWN_SPEND`, `SPEND_OF_ANOTHER_CARD`, `CURRENCY_MISMATCH`, `REFUND_CONFLICT`,
    /// `REFUND_EXCEEDS_SPEND`; `DECISION_NOT_REPRODUCED` when the spend's stored bytes are no decision; `CONTENTION`,
    /// `DATABASE_UNAVAILABLE`, `COMMIT_UNKNOWN`; `PostgresError`.
    /// **Cost** One transaction of a few round trips, locking the card; a statement for each spend that bears it.
    package func callAsFunction(_ request: RefundRequest, audit: AuditEntry? = nil) async throws -> RefundAnswer {
        let refund = try request.validated(now: desk.now(), times: times)
        let attempts = CommitAttempts()
        return try await desk.run(refund: refund.refundID, spendID: refund.spendID, cardID: refund.cardID, attempts) {
            connection, plugins in
            let cardID = try await Self.cardID(of: refund, on: connection)
            let (_, locked, spends, standing) = try await connection.pipeline(
                PostgresStatement.preferIndexes, CardLock(cardID),
                PinnedSpendStore.read(refund.spendID.map { [$0] } ?? []),
                RefundDesk.View(refund.refundID, cardID: cardID))
            guard let card = locked else { throw SpendingError.unknownCardOfRefund }
            if let standing, standing.hash == refund.hash {
                let isOurs = attempts.wrote(at: standing.refund.recordedAt)
                return RefundDesk.Done(RefundAnswer(refund: standing.refund, replayed: !isOurs))
            }
            let spend = spends.first
            if let spend, standing == nil || refund.cardID != nil, ExactText(spend.cardID) != ExactText(cardID) {
                throw SpendingError.spendOfAnotherCard
            }
            guard card.record.currencyCode == refund.amount.currency.text else { throw SpendingError.currencyMismatch }
            guard standing == nil else { throw SpendingError.refundConflict }

            let recordedAt = desk.now()
            attempts.note(recordedAt)
            var booking = desk.booking(of: card, plugins)
            let fate: RefundStore.Fate
            if refund.spendID == nil {
                fate = try await attribute(refund, &booking, at: recordedAt, on: connection)
            } else if let spend {
                fate = try Self.take(
                    refund, [(spend, refund.amount.minorUnits)], RefundStore.named, &booking, at: recordedAt)
            } else {
                fate = RefundStore.Fate(status: .waiting)
            }
            let row = RefundStore.insert(refund, of: card, fate, recordedAt: recordedAt)
            let hasClawedBack = try await desk.write(row, booking, at: recordedAt, audit: audit, on: connection)
            guard let written = try await desk.read(refund.refundID, cardID: cardID, on: connection) else {
                throw RefundTransaction.LostRace()
            }
            return RefundDesk.Done(
                RefundAnswer(refund: written.refund, replayed: false), hasClawedBack: hasClawedBack)
        }
    }

    /// **Errors** `UNKNOWN_SPEND` when no card is named and none follows from the ids.
    private static func cardID(of refund: ValidatedRefund, on connection: PostgresConnection) async throws -> String {
        if let cardID = refund.cardID { return cardID }
        let card = RefundStore.findCard(refundID: refund.refundID, spendID: refund.spendID)
        guard let cardID = try await connection.first(card) ?? nil else {
            throw SpendingError.unknownSpendOfRefund
        }
        return cardID
    }

    /// Lets the policy choose among the card's spends; what no rule takes is held.
    private func attribute(
        _ refund: ValidatedRefund, _ booking: inout RefundBooking, at recordedAt: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> RefundStore.Fate {
        let attribution: RefundAttribution
        if let authorizationID = refund.authorizationID, policy.rules.contains(.exactLink) {
            attribution = try await RefundDesk.linked(
                refund.clues, to: authorizationID, ofCard: booking.card.id, policy, on: connection)
        } else {
            let since = refund.occurredAt.advanced(by: .seconds(-86_400 * policy.windowDays))
            let candidates = try await connection.all(
                PinnedSpendStore.candidates(cardID: booking.card.id, since: since))
            attribution = RefundAttribution(refund.clues, candidates: candidates, policy: policy)
        }
        let candidates = String(decoding: attribution.document.canonicalBytes, as: UTF8.self)
        guard let rule = attribution.rule else {
            return RefundStore.Fate(
                status: .held, reason: attribution.holdReason?.rawValue, candidatesJSON: candidates)
        }
        let spends = try await desk.spends(attribution.parts.map(\.spendID), ofCard: booking.card.id, on: connection)
        let parts = attribution.parts.compactMap { part in
            spends[ExactText(part.spendID)].map { ($0, part.amountMinor) }
        }
        var fate = try Self.take(refund, parts, rule.rawValue, &booking, at: recordedAt)
        fate.candidatesJSON = candidates
        return fate
    }

    /// Takes the refund from its spends, or holds it with nothing moved.
    private static func take(
        _ refund: ValidatedRefund, _ parts: [(spend: PinnedSpend, amountMinor: Int64)], _ rule: String,
        _ booking: inout RefundBooking, at recordedAt: PostgresTimestamp
    ) throws -> RefundStore.Fate {
        let untouched = booking
        do {
            for part in parts {
                var spend = part.spend
                try booking.move(&spend, by: part.amountMinor, for: refund.refundID, .refund)
            }
            return RefundStore.Fate(status: .applied, rule: rule, settledAt: recordedAt)
        } catch let obstacle as SpendingError where obstacle.holdsRefund {
            booking = untouched
            return RefundStore.Fate(status: .held, reason: obstacle.reasonText)
        }
    }
}
