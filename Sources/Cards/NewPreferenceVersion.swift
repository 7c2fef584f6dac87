package import PostgreSQL
package import Rewards

/// Brings a new version of a card's preference into force, as a step of a pipeline: adds it and has the card's row name
/// it.
///
/// Answers when it takes effect: never before the version that it replaces.
package struct NewPreferenceVersion: PipelineStep {
    let card: LockedCard
    let version: Int64
    let weights: WeightVector
    let linksJSON: String
    let cause: String
    let causeID: String
    let effectiveAt: PostgresTimestamp
    let recordedAt: PostgresTimestamp

    /// Makes a version.
    ///
    /// - Parameters:
    ///   - version: Its number, which no version of the card has yet.
    ///   - linksJSON: The links with their accounts and parts, as a JSON array.
    ///   - cause: What kind of thing made it, as the column `cause` names it.
    ///   - causeID: The id of what made it.
    ///   - effectiveAt: Since when it is so.
    ///   - recordedAt: When we learnt it.
    package init(
        of card: LockedCard, version: Int64, weights: WeightVector, linksJSON: String, cause: String, causeID: String,
        effectiveAt: PostgresTimestamp, recordedAt: PostgresTimestamp
    ) {
        self.card = card
        self.version = version
        self.weights = weights
        self.linksJSON = linksJSON
        self.cause = cause
        self.causeID = causeID
        self.effectiveAt = effectiveAt
        self.recordedAt = recordedAt
    }

    /// The new row, then the card's.
    package var statements: [PostgresStatement] {
        PreferenceInForceStore.insert(self).statements + [CardStore.setVersion(version, of: card)]
    }

    /// When the version takes effect.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> PostgresTimestamp? {
        let effective = try PreferenceInForceStore.insert(self).takeAnswer(from: &results).first
        _ = try CardStore.setVersion(version, of: card).takeAnswer(from: &results)
        return effective
    }
}
