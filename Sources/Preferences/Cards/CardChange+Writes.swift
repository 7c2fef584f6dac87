import Cards
import PostgreSQL

extension CardChange {
    /// Writes a change to its card, as one step of a pipeline; answers the preference it led to.
    struct Writes: PipelineStep {
        let change: CardChange
        /// Nil when the preference stays as it is.
        let newVersion: NewPreferenceVersion?
        let others: [PostgresStatement]
        /// Reads the version in force where no new one is made; nil where none is in force either.
        let inForce: Query<PreferenceVersionStore.Stored>?
        /// Since when the preference counts, unless a version says it.
        let effectiveAt: PostgresTimestamp

        var statements: [PostgresStatement] { newVersion.statements + others + inForce.statements }

        func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> PreferencesSnapshot {
            let written = try newVersion.takeAnswer(from: &results) ?? nil
            _ = try others.takeAnswer(from: &results)
            let stored = try inForce.takeAnswer(from: &results)?.first?.snapshot.effectiveAt
            return PreferencesSnapshot(
                cardID: change.card.cardID, version: change.version, effectiveAt: written ?? stored ?? effectiveAt,
                state: change.after, rows: change.rows)
        }
    }
}
