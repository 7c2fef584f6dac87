import Cards
import Cosmo
import PostgreSQL
import Rewards

/// One card derived from its sources, beside what is stored of it: decided from values.
struct RebuiltCard {
    let card: CardRecord
    /// Every row as derived; checks of accounts that are the same are kept.
    let rows: [String: LinkRow]
    /// The rows to write.
    let changedRows: [LinkRow]
    /// Stored rows that nothing derives.
    let surplusProgramIDs: [String]
    /// Rows whose account is another one than stored.
    let movedProgramIDs: [String]
    /// Rows for which issuing begins or ceases to wait.
    let waitChangedProgramIDs: [String]
    /// The deliveries that wait for a decision about this card, with why.
    let heldDeliveries: [Int64: HeldReason]
    let state: PreferenceState
    /// The number of the version to write; nil when the one in force says what is derived.
    let newVersion: Int64?
    let storedWeights: String
    /// What differs, for people; empty when nothing does. Names no account.
    let differences: [String]

    var version: Int64 { newVersion ?? card.preferenceVersion }

    /// Compares.
    ///
    /// - Parameters:
    ///   - derived: the card's change from nothing to what its events and allocations say.
    ///   - stored: its stored rows.
    init(derived: CardChange, stored: [String: LinkRow], inForce: PreferenceVersionStore.InForce) {
        let card = derived.card
        var rows = derived.rows
        for (programID, row) in rows {
            guard let other = stored[programID], other.account == row.account else { continue }
            rows[programID]?.validity = other.validity
            rows[programID]?.validityReason = other.validityReason
            rows[programID]?.validityCheckedAt = other.validityCheckedAt
            rows[programID]?.validityDueAt = other.validityDueAt
            rows[programID]?.validityAttempts = other.validityAttempts
        }
        let surplus = stored.keys.filter { rows[$0] == nil }.sorted()
        var differences: [String] = []
        for (programID, row) in rows.sorted(by: { $0.key < $1.key }) {
            let difference = Self.difference(derived: row, stored: stored[programID])
            if !difference.isEmpty { differences.append("link \(programID): \(difference)") }
        }
        differences += surplus.map { "link \($0): stored, and derived from nothing" }
        let version = Self.versionDifference(derived.after, card: card, inForce: inForce)
        self.card = card
        self.rows = rows
        changedRows = rows.values.filter { stored[$0.programID] != $0 }.sorted { $0.programID < $1.programID }
        surplusProgramIDs = surplus
        movedProgramIDs = changedRows.map(\.programID).filter { stored[$0]?.account != rows[$0]?.account }
        waitChangedProgramIDs = changedRows.map(\.programID).filter {
            stored[$0]?.waitsUntil != rows[$0]?.waitsUntil
        }
        heldDeliveries = derived.heldDeliveries
        state = derived.after
        storedWeights = inForce.weights ?? ""
        newVersion = version.map { _ in
            // A version that is missing altogether is written under its own number, so that none is left out.
            inForce.weights == nil && inForce.versionMax < card.preferenceVersion
                ? card.preferenceVersion : max(card.preferenceVersion, inForce.versionMax) + 1
        }
        self.differences = differences + (version.map { [$0] } ?? [])
    }

    private static func difference(derived: LinkRow, stored: LinkRow?) -> String {
        guard let stored else { return "derived as \(derived.status.rawValue), and not stored" }
        func parts(_ value: Int?) -> String { value.map(String.init) ?? "none" }
        var differences: [String] = []
        if stored.status != derived.status {
            differences.append("status \(stored.status.rawValue), derived \(derived.status.rawValue)")
        }
        if stored.account != derived.account { differences.append("another account than derived") }
        if stored.eventParts != derived.eventParts {
            differences.append("event parts \(parts(stored.eventParts)), derived \(parts(derived.eventParts))")
        }
        if stored.allocatedParts != derived.allocatedParts {
            differences.append(
                "allocated parts \(parts(stored.allocatedParts)), derived \(parts(derived.allocatedParts))")
        }
        if stored.heldReason != derived.heldReason {
            func held(_ reason: HeldReason?) -> String { reason.map { "held for \($0.rawValue)" } ?? "not held" }
            differences.append("\(held(stored.heldReason)), derived \(held(derived.heldReason))")
        }
        if stored.waitsUntil != derived.waitsUntil {
            differences.append("issuing waits until another time than derived")
        }
        if stored.decidingStampMicros != derived.decidingStampMicros {
            differences.append(
                "decided at \(stored.decidingStampMicros), derived \(derived.decidingStampMicros)")
        }
        return differences.joined(separator: ", ")
    }

    /// Why the version in force must be replaced; nil when it says what is derived.
    private static func versionDifference(
        _ state: PreferenceState, card: CardRecord, inForce: PreferenceVersionStore.InForce
    ) -> String? {
        let version = card.preferenceVersion
        if version < inForce.versionMax {
            return "version \(version) is in force, and version \(inForce.versionMax) was the last"
        }
        if version == 0 { return state.links.isEmpty ? nil : "no version is in force, and links are derived" }
        guard let weights = inForce.weights else { return "version \(version) is in force and missing" }
        let links = state.links.map {
            PreferencesSnapshot.Link(programID: $0.programID, account: $0.account, parts: $0.parts)
        }
        return weights == state.weights.canonicalText && inForce.links == links
            ? nil : "version \(version) in force does not say what is derived"
    }
}
