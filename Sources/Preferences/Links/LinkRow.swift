import Cosmo
import PostgreSQL

/// One row of `links`: what a card and a program are to each other now.
struct LinkRow: Sendable, Hashable {
    var programID: String
    var status: LinkStatus
    var account: CosmoAccount
    var eventParts: Int?
    var allocatedParts: Int?
    var heldReason: HeldReason?
    /// Until when nothing is issued for the pair; nil when nothing waits.
    var waitsUntil: PostgresTimestamp?
    /// The newest event that says what is in force.
    var decidingEventID: Int64?
    /// Since when it is in force.
    var decidingStampMicros: Int64
    var validity: LinkValidity
    var validityReason: String?
    var validityCheckedAt: PostgresTimestamp?
    var validityDueAt: PostgresTimestamp?
    var validityAttempts: Int

    /// A pair without any event.
    init(programID: String) {
        self.programID = programID
        status = .delinked
        account = CosmoAccount()
        decidingStampMicros = 0
        validity = .unchecked
        validityAttempts = 0
    }

    /// Whether the pair waits for a decision.
    var isHeld: Bool { heldReason != nil }

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
    /// An account that changed is unchecked and due at once. So is one that was found invalid and is linked again: the
    /// cardholder may have put right at the program what was wrong.
    ///
    /// - Parameter heldWait: how long issuing waits for a decision about a pair that is held; zero for as long as it
    ///   takes.
    func applying(_ pair: PairState, heldWait: Duration, now: PostgresTimestamp) -> LinkRow {
        var row = self
        row.heldReason = pair.heldReason
        row.waitsUntil = pair.isHeld ? Self.end(of: heldWait, since: pair.heldSince) : nil
        let isLinked = pair.decidedBy?.kind == .linked
        let isSaidAnew = pair.repeatedBy?.eventID != decidingEventID
        row.status = isLinked ? (status == .waiting ? .waiting : .linked) : .delinked
        row.account = pair.lastAccount ?? CosmoAccount()
        row.eventParts = isLinked ? pair.decidedBy?.parts : nil
        row.decidingEventID = pair.repeatedBy?.eventID
        row.decidingStampMicros = pair.decidedBy?.stampMicros ?? 0
        let isAnotherAccount = row.account != account || (isLinked && decidingEventID == nil)
        if isAnotherAccount || (isLinked && isSaidAnew && validity == .invalid) {
            row.validity = .unchecked
            row.validityReason = nil
            row.validityCheckedAt = nil
            row.validityDueAt = pair.lastAccount == nil ? nil : now
            row.validityAttempts = 0
        }
        return row
    }

    private static func end(of wait: Duration, since: PostgresTimestamp?) -> PostgresTimestamp {
        guard wait > .zero, let since else { return .infinity }
        return since.advanced(by: wait)
    }
}
