import Cards
import OperatorRecord
import PostgreSQL

/// The frame of a platform's idempotent call on one card: lock, replay or refuse, decide, write, remember (I-5).
struct PlatformRequest {
    let cardID: String
    let requestID: String
    /// The request's own pieces, its kind first, without the ids.
    let content: [String]

    /// Runs `decide` in a transaction that holds the card's lock, unless the request was answered before.
    ///
    /// - Parameter audit: Recorded in the same transaction, unless the request was answered before.
    ///
    /// When the answer to the commit is lost, the request id shows after a reconnection whether it took effect.
    ///
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `REQUEST_CONFLICT`, and what `decide`
    /// throws; nothing is remembered of a refused request, so it may be sent again when its reason is gone;
    /// `PostgresError`, with `commitOutcomeUnknown` only when the database stayed away.
    func run(
        _ context: PreferencesContext, cause: PreferenceCause.Kind, audit: AuditEntry?,
        decide: @Sendable (LockedCard, PostgresTimestamp, PostgresConnection) async throws -> CardChange
    ) async throws -> PreferencesAnswer {
        try RequestCheck.id(cardID, "card_id")
        try RequestCheck.id(requestID, "request_id")
        let hash = PreferenceRequestStore.hash(content)
        let attempts = CommitAttempts()
        let answer = try await context.pool.withLine("card:\(cardID)") {
            try await attempt(context, cause: cause, audit: audit, hash: hash, attempts, decide: decide)
        }
        if !answer.isReplayed { context.onChanged(cardID) }
        return answer
    }

    private func attempt(
        _ context: PreferencesContext, cause: PreferenceCause.Kind, audit: AuditEntry?, hash: [UInt8],
        _ attempts: CommitAttempts,
        decide: @Sendable (LockedCard, PostgresTimestamp, PostgresConnection) async throws -> CardChange
    ) async throws -> PreferencesAnswer {
        try await context.pool.commit(attempts) { connection in
            let (locked, stored) = try await connection.pipeline(
                CardLock(cardID), PreferenceRequestStore.find(cardID: cardID, requestID: requestID))
            guard let card = locked else { throw PreferencesError.unknownCard }
            if let stored = stored.first,
                let before = try await replay(stored, hash, card: card.record, attempts, connection)
            {
                return before
            }
            let now = context.now()
            attempts.note(now)
            let change = try await decide(card, now, connection)
            let remembered = PreferenceRequestStore.insert(
                requestID: requestID, of: card, requestHash: hash, version: change.version, now: now)
            let released = try await HeldDeliveries.released(by: change, context: context, now: now, connection)
            let preferences = try await connection.pipeline(
                change.writes(
                    to: card, cause: PreferenceCause(cause, id: requestID), effectiveAt: now,
                    also: [remembered] + released + audit.statements, context: context, now: now))
            return PreferencesAnswer(preferences: preferences, isReplayed: false)
        }
    }

    private func replay(
        _ stored: PreferenceRequestStore.Stored, _ hash: [UInt8], card: CardRecord, _ attempts: CommitAttempts,
        _ connection: PostgresConnection
    ) async throws -> PreferencesAnswer? {
        guard stored.requestHash == hash else {
            throw PreferencesError(
                .requestConflict, "this request_id was used for another request of the card; use a new one",
                field: "request_id")
        }
        let snapshot =
            stored.version == 0
            ? PreferencesSnapshot(cardID: cardID, version: 0, effectiveAt: card.registeredAt, links: [])
            : try await connection.first(
                PreferenceVersionStore.find(cardID: cardID, version: stored.version))?.snapshot
        guard let snapshot else { return nil }
        return PreferencesAnswer(preferences: snapshot, isReplayed: !attempts.wrote(at: stored.recordedAt))
    }
}
