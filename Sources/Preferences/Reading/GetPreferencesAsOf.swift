import Cards
package import PostgreSQL

/// Reads the preference valid at one time, as it was known at another.
///
/// The answer is derived from the events and allocations themselves, not looked up among the versions: a delivery that
/// came late is valid from its stamp, though no version could be in force before we had it.
package struct GetPreferencesAsOf: Sendable {
    private let context: PreferencesContext

    /// Makes the use case.
    package init(context: PreferencesContext) {
        self.context = context
    }

    /// Reads a preference of the past.
    ///
    /// - Parameters:
    ///   - asOf: valid time: what bears a later stamp does not count; nil for no limit.
    ///   - knownAt: knowledge time: what was recorded later does not count; nil for no limit.
    /// - Returns: The links; `effectiveAt` is from when on they read so; `version` is the newest version known by then
    ///   that says the same, one in force at `asOf` before others, and 0 when no version ever did.
    /// **Guarantees**: of one moment of the database. An answer for a `knownAt` that has passed does not change, once
    /// the transactions under way at that time have ended.
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, or `CARD_NOT_REGISTERED` when
    /// `knownAt` is before the card's registration, or `asOf` is and no event valid then says what was linked;
    /// `PostgresError`.
    /// **Cost**: reads every event of the card's source user; not for the path of a purchase.
    package func callAsFunction(
        _ cardID: String, asOf: PostgresTimestamp? = nil, knownAt: PostgresTimestamp? = nil
    ) async throws -> PreferencesSnapshot {
        try RequestCheck.id(cardID, "card_id")
        let asOf = Self.storable(asOf ?? .infinity)
        let knownAt = Self.storable(knownAt ?? .infinity)
        return try await context.pool.withTransaction(isolation: .repeatableRead) { connection in
            guard let card = try await connection.first(CardStore.find(cardID)) else {
                throw PreferencesError.unknownCard
            }
            guard card.registeredAt <= knownAt else {
                throw PreferencesError.notRegistered(until: card.registeredAt, field: "known_at")
            }
            let (events, allocations) = try await connection.pipeline(
                ConnectionEventStore.recorded(ofSourceUser: card.sourceUserID),
                AllocationStore.allocations(ofCard: cardID))
            let history = PreferenceHistory(cardID: cardID, events: events, allocations: allocations)
            let answer = history.answer(validAt: asOf.microsecondsSinceEpoch, knownAt: knownAt)
            guard answer.sinceMicros != nil || card.registeredAt <= asOf else {
                throw PreferencesError.notRegistered(until: card.registeredAt, field: "as_of")
            }
            let version = try await connection.first(
                PreferenceVersionStore.version(
                    cardID: cardID, saying: answer.state, validAt: asOf, knownAt: knownAt))
            return PreferencesSnapshot(
                cardID: cardID, version: version ?? 0,
                effectiveAt: answer.sinceMicros.map(PostgresTimestamp.init(microsecondsSinceEpoch:))
                    ?? card.registeredAt, state: answer.state, rows: [:])
        }
    }

    /// The time, or the infinity it lies beyond for PostgreSQL.
    private static func storable(_ time: PostgresTimestamp) -> PostgresTimestamp {
        // The years 1 and 9999, what a protobuf timestamp may say at most.
        if time.microsecondsSinceEpoch < -62_135_596_800_000_000 { return .negativeInfinity }
        if time.microsecondsSinceEpoch > 253_402_300_799_999_999 { return .infinity }
        return time
    }
}

extension PreferencesError {
    fileprivate static func notRegistered(until registeredAt: PostgresTimestamp, field: String) -> PreferencesError {
        PreferencesError(
            .cardNotRegistered,
            "the card was not registered at that time: it was registered at \(registeredAt); ask about that time or a "
                + "later one", field: field)
    }
}
