import Cryptography
import PostgreSQL
import Rewards

/// What a preview showed, pinned: enough to tell whether recording the spend now would do the same, and what differs if
/// not.
///
/// The token travels with the caller and nothing of it is stored. It is not signed, because it grants nothing: the
/// spend is decided again under the card's lock, and the token can only refuse what comes out. A forged one gains its
/// maker a refusal, or the time of purchase that any caller may state.
struct PreviewToken: Sendable, Hashable {
    /// Who decided one leg, and on which period totals.
    struct LegPin: Sendable, Hashable {
        let programID: String
        let plugin: PluginIdentity?
        let periodTotals: PeriodTotals?
    }

    /// `SpendRequest.contentHash()` of the spend that was previewed.
    let contentHash: [UInt8]
    /// When the purchase happened; the preview's own time where the request said nothing.
    let occurredAtMicros: Int64
    let expiresAt: PostgresTimestamp
    let attribution: Attribution
    let preferenceVersion: Int64
    let weights: String
    let runningTotalBefore: Int64
    /// The issuer's own program when the policy has one: a leg of it that comes or goes is the service's rule, not a
    /// plugin's.
    let ownProgramID: String?
    let legs: [LegPin]
    /// SHA-256 of the decision's canonical bytes.
    let decisionDigest: [UInt8]
}

extension PreviewToken {
    /// Pins a decision.
    init(contentHash: [UInt8], decision: Decision, attribution: Attribution, expiresAt: PostgresTimestamp) {
        self.init(
            contentHash: contentHash, occurredAtMicros: decision.input.purchase.occurredAtMicros, expiresAt: expiresAt,
            attribution: attribution, preferenceVersion: decision.preferenceVersion,
            weights: decision.certificate.weights.canonicalText,
            runningTotalBefore: decision.certificate.totalBefore,
            ownProgramID: decision.fallback.ownProgramID,
            legs: decision.legs.map {
                LegPin(programID: $0.programID, plugin: $0.plugin, periodTotals: $0.periodTotals)
            }, decisionDigest: SHA256.digest(decision.canonicalBytes()))
    }

    /// What keeps a decision from being the one that was previewed; empty when it is that one, byte for byte.
    func changes(to decision: Decision, _ attribution: Attribution) -> [PreviewChange] {
        let now = PreviewToken(
            contentHash: contentHash, decision: decision, attribution: attribution, expiresAt: expiresAt)
        if now == self { return [] }
        var changes: [PreviewChange] = []
        if now.attribution != self.attribution { changes.append(.authorization) }
        guard now.preferenceVersion == preferenceVersion, now.weights == weights else {
            // Under another version everything below is about other programs.
            return changes.isEmpty ? [.preference] : changes
        }
        if now.runningTotalBefore != runningTotalBefore { changes.append(.earlierSpend) }
        let pins = Dictionary(now.legs.map { ($0.programID, $0) }) { first, _ in first }
        let pairs = legs.compactMap { leg in pins[leg.programID].map { (leg, $0) } }
        if pairs.contains(where: { $0.plugin != $1.plugin }) { changes.append(.pluginConfiguration) }
        // Totals of another period, or none where there were some, are the plugin's doing.
        if pairs.contains(where: { $0.plugin == $1.plugin && $0.periodTotals != $1.periodTotals }) {
            changes.append(.periodTotal)
        }
        if now.ownProgramID != ownProgramID { changes.append(.serviceRules) }
        if changes.isEmpty, legs.map(\.programID) != now.legs.map(\.programID) { changes.append(.pluginConfiguration) }
        return changes.isEmpty ? [.serviceRules] : changes
    }
}
