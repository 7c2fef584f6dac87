public import PostgreSQL

/// Decides between connection events that bear one stamp and disagree: the named one stands, its rivals are discarded.
///
/// **Guarantees**: what an operator discarded stays in the record, marked, and its retries stay without effect.
public struct ResolveHeldEvent: Sendable {
    private let context: PreferencesContext

    /// Makes the use case.
    public init(context: PreferencesContext) {
        self.context = context
    }

    /// Lets the event of a delivery stand; returns the preference of each card of its source user.
    ///
    /// - Parameters:
    ///   - inboxID: the delivery whose event stands.
    ///   - operatorID: who decided; kept beside what is discarded.
    ///   - also: Runs in the same transaction, for the record of who did it.
    /// **Errors**: `PreferencesError` with `UNKNOWN_INBOX_ENTRY` or `WRONG_STATUS`; `PostgresError`.
    public func callAsFunction(
        inboxID: Int64, operatorID: String, also: [PostgresStatement] = []
    ) async throws -> [PreferencesSnapshot] {
        let snapshots = try await context.pool.withLine("inbox:\(inboxID)") {
            try await resolve(inboxID, operatorID: operatorID, also: also)
        }
        for snapshot in snapshots { context.onChanged(snapshot.cardID) }
        return snapshots
    }

    private nonisolated(nonsending) func resolve(
        _ inboxID: Int64, operatorID: String, also: [PostgresStatement]
    ) async throws -> [PreferencesSnapshot] {
        try await context.pool.withTransaction { connection in
            guard let place = try await ConnectionEventStore.place(ofInboxEntry: inboxID, connection) else {
                throw PreferencesError(
                    .unknownInboxEntry, "no connection event came with this inbox entry", field: "inbox_id")
            }
            try await CardStore.lockSourceUser(place.sourceUserID, connection)
            let cards = try await CardStore.lockAll(ofSourceUser: place.sourceUserID, connection)
            let now = context.now()
            let held = try await SourceUserChange(
                sourceUserID: place.sourceUserID, programID: place.programID, cards: cards, context: context,
                now: now, connection)
            guard let standing = held.disputed.first(where: { $0.inboxID == inboxID }) else {
                throw PreferencesError(
                    .wrongStatus, "no other event disputes this one now; ListInbox shows what is held",
                    field: "inbox_id")
            }
            let rivals = held.disputed.filter {
                $0.content != standing.content && $0.stampMicros == standing.stampMicros
            }
            try await ConnectionEventStore.discard(
                eventIDs: Array(Set(rivals.map(\.eventID))), by: operatorID, now: now, connection)
            let settled = try await SourceUserChange(
                sourceUserID: place.sourceUserID, programID: place.programID, cards: cards, context: context,
                now: now, connection)
            let snapshots = try await settled.apply(
                cause: PreferenceCause(.operator, id: String(inboxID)), effectiveAt: now, connection)
            if !also.isEmpty { _ = try await connection.pipeline(also) }
            return snapshots
        }
    }
}
