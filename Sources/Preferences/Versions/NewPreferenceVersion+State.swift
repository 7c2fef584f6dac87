import Cards
import PostgreSQL

extension NewPreferenceVersion {
    /// Makes a version that says what a state says.
    ///
    /// **Errors**: that of the encoder.
    init(
        of card: LockedCard, version: Int64, saying state: PreferenceState, cause: PreferenceCause,
        effectiveAt: PostgresTimestamp, now: PostgresTimestamp
    ) throws {
        self.init(
            of: card, version: version, weights: state.weights, linksJSON: try VersionLinksJSON.encode(state.links),
            cause: cause.kind.rawValue, causeID: cause.id, effectiveAt: effectiveAt, recordedAt: now)
    }
}
