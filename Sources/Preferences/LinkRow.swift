import Cosmo
import PostgreSQL

/// One row of `links`: what a card and a program are to each other now.
struct LinkRow: Sendable, Hashable {
    var programID: String
    var status: LinkStatus
    var account: CosmoAccount
    var eventParts: Int?
    var allocatedParts: Int?
    var isHeld: Bool
    var decidingEventID: Int64?
    var decidingStampMicros: Int64
    var validity: LinkValidity
    var validityReason: String?
    var validityCheckedAt: PostgresTimestamp?
    var validityDueAt: PostgresTimestamp?
    var validityAttempts: Int

    /// A pair nobody has heard of.
    init(programID: String) {
        self.programID = programID
        status = .delinked
        account = CosmoAccount()
        isHeld = false
        decidingStampMicros = 0
        validity = .unchecked
        validityAttempts = 0
    }

    /// Whether the pair is linked, taking part or waiting to.
    var isLinked: Bool { status != .delinked }

    /// The row as a candidate of the preference; nil for a removed one.
    var candidate: PreferenceState.Candidate? {
        guard isLinked else { return nil }
        return PreferenceState.Candidate(
            programID: programID, account: account, stampMicros: decidingStampMicros, eventParts: eventParts,
            allocatedParts: allocatedParts)
    }

    /// The row that the events of its pair make of it.
    ///
    /// An account that changed is unchecked and due at once. So is one that was found invalid and is linked anew: the
    /// cardholder may have put right at the program what was wrong.
    func applying(_ pair: PairState, now: PostgresTimestamp) -> LinkRow {
        var row = self
        row.isHeld = pair.isHeld
        let isLinked = pair.decidedBy?.kind == .linked
        let isNewDecision = pair.decidedBy?.stampMicros != decidingStampMicros
        row.status = isLinked ? (status == .waiting ? .waiting : .linked) : .delinked
        row.account = pair.lastAccount ?? CosmoAccount()
        row.eventParts = isLinked ? pair.decidedBy?.parts : nil
        row.decidingEventID = pair.decidedBy?.eventID
        row.decidingStampMicros = pair.decidedBy?.stampMicros ?? 0
        let isAnotherAccount = row.account != account || (isLinked && decidingEventID == nil)
        if isAnotherAccount || (isLinked && isNewDecision && validity == .invalid) {
            row.validity = .unchecked
            row.validityReason = nil
            row.validityCheckedAt = nil
            row.validityDueAt = pair.lastAccount == nil ? nil : now
            row.validityAttempts = 0
        }
        return row
    }
}

/// Whether a link takes part in a card's preference.
public enum LinkStatus: String, Sendable, Hashable, CaseIterable {
    /// It takes part.
    case linked
    /// It is linked, but the card has as many older links as it may.
    case waiting
    /// It was removed; what was earned is still owed to its last account.
    case delinked
}

/// What the check of a link's account has shown.
public enum LinkValidity: String, Sendable, Hashable, CaseIterable {
    /// Not checked yet, or the check could not be made.
    case unchecked
    /// Cosmo knows the account as a member's.
    case valid
    /// A required field is missing, or Cosmo does not know the account: it earns and is not issued to.
    case invalid
}
