import Cards
package import OperatorRecord
import PostgreSQL

/// Decides about held connection events: between those that bear one stamp and disagree, and whether one is a retry.
///
/// **Guarantees**: what an operator discarded stays in the record, marked. A delivery that says the same later is
/// looked at for itself: it is new, or held when it may be a retry.
package struct ResolveHeldEvent: Sendable {
    /// What an operator says of the event of a delivery.
    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// It counts: its rivals of the same stamp are discarded, and it is no retry.
        case counts
        /// It is a retry of an older delivery: it is discarded with whatever repeats it, and the word before it is in
        /// force.
        case isRetry
    }

    private let context: PreferencesContext

    /// Makes the use case.
    package init(context: PreferencesContext) {
        self.context = context
    }

    /// Decides about the event of a delivery; returns the preference of each card of its source user.
    ///
    /// - Parameters:
    ///   - inboxID: the delivery.
    ///   - verdict: what is decided about it.
    ///   - operatorID: who decided; kept beside the decision.
    ///   - audit: Recorded in the same transaction.
    /// **Errors**: `PreferencesError` with `UNKNOWN_INBOX_ENTRY` or `WRONG_STATUS`; `PostgresError`.
    package func callAsFunction(
        inboxID: Int64, verdict: Verdict = .counts, operatorID: String, audit: AuditEntry? = nil
    ) async throws -> [PreferencesSnapshot] {
        let snapshots = try await context.pool.withLine("inbox:\(inboxID)") {
            try await resolve(inboxID, verdict, operatorID: operatorID, audit: audit)
        }
        for snapshot in snapshots { context.onChanged(snapshot.cardID) }
        return snapshots
    }

    private func resolve(
        _ inboxID: Int64, _ verdict: Verdict, operatorID: String, audit: AuditEntry?
    ) async throws -> [PreferencesSnapshot] {
        try await context.pool.withTransaction { connection in
            guard let place = try await connection.first(ConnectionEventStore.place(ofInboxEntry: inboxID)) else {
                throw PreferencesError(
                    .unknownInboxEntry, "no connection event came with this inbox entry", field: "inbox_id")
            }
            let sourceUser = try await LockedSourceUser.lock(place.sourceUserID, on: connection)
            let cards = try await sourceUser.lockCards(on: connection)
            let now = context.now()
            let (held, _) = try await SourceUserChange.takingAnswers(
                of: sourceUser, programID: place.programID, cards: cards, context: context, now: now, connection)
            let decision = try Self.decision(inboxID, verdict, held)
            var marks: [PostgresStatement] = []
            if !decision.discarded.isEmpty {
                marks += ConnectionEventStore.discard(
                    eventIDs: decision.discarded.sorted(), by: operatorID, now: now)
            }
            if let confirmed = decision.confirmed {
                marks += ConnectionEventStore.confirm(eventID: confirmed, by: operatorID, now: now)
            }
            let (_, stored) = try await connection.pipeline(
                marks, SourceUserChange.Reading(sourceUser, programID: place.programID, cards: cards))
            let settled = SourceUserChange(
                stored, programID: place.programID, cards: cards.map(\.record), rule: context.retryRule, now: now)
            return try await settled.apply(
                to: cards, cause: PreferenceCause(.operator, id: String(inboxID)), effectiveAt: now,
                also: audit.statements, context: context, now: now, connection)
        }
    }

    /// What is to be marked, by the numbers of events.
    private struct Decision {
        var discarded: Set<Int64> = []
        var confirmed: Int64?
    }

    private static func decision(
        _ inboxID: Int64, _ verdict: Verdict, _ held: SourceUserChange
    ) throws(PreferencesError) -> Decision {
        if let standing = held.disputed.first(where: { $0.inboxID == inboxID }) {
            guard verdict == .counts else {
                throw PreferencesError(
                    .wrongStatus, "events of one stamp disagree here; name the one that counts", field: "inbox_id")
            }
            let rivals = held.disputed.filter {
                $0.content != standing.content && $0.stampMicros == standing.stampMicros
            }
            return Decision(discarded: Set(rivals.map(\.eventID)), confirmed: standing.eventID)
        }
        let words = held.retried.filter { $0.contains { $0.inboxID == inboxID } }
        guard let event = words.first?.first(where: { $0.inboxID == inboxID }) else {
            throw PreferencesError(
                .wrongStatus, "nothing is to be decided about this one now; ListInbox shows what is held",
                field: "inbox_id")
        }
        return verdict == .counts
            ? Decision(confirmed: event.eventID) : Decision(discarded: Set(words.joined().map(\.eventID)))
    }
}
