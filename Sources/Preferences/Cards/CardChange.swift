import Cards
import Cosmo
import PostgreSQL
import Rewards

/// What a change of events or allocations does to one card: decided from values, written as statements.
struct CardChange {
    let card: CardRecord
    /// Every row of the card after the change.
    let rows: [String: LinkRow]
    /// The rows that differ from what is stored.
    let changedRows: [LinkRow]
    /// Rows whose account changed.
    let movedProgramIDs: [String]
    /// Pairs that were held and no longer are, or for another reason.
    let settledProgramIDs: [String]
    let before: PreferenceState
    let after: PreferenceState
    /// The disputed, the possibly retried and the overtaken events, over the pairs that were looked at.
    let disputed: [ConnectionEvent]
    let retried: [ConnectionEvent]
    let overtaken: [ConnectionEvent]
    /// Pairs for which issuing begins or ceases to wait.
    let waitChangedProgramIDs: [String]
    /// The parts that are newly allocated, by program.
    let allocation: [String: Int]

    /// Whether the preference is another one, and so gets a version of its own.
    var isNewVersion: Bool { before.links != after.links }
    var version: Int64 { card.preferenceVersion + (isNewVersion ? 1 : 0) }

    /// The deliveries that wait for a decision, with why.
    var heldDeliveries: [Int64: HeldReason] {
        SourceUserChange.merged([Self.held(disputed, .sameStampConflict), Self.held(retried, .mayBeRetry)])
    }

    static func held(_ events: [ConnectionEvent], _ reason: HeldReason) -> [Int64: HeldReason] {
        Dictionary(events.compactMap(\.inboxID).map { ($0, reason) }) { first, _ in first }
    }

    /// Decides, purely.
    ///
    /// - Parameters:
    ///   - events: the events of the card's source user, at least those of `programIDs`.
    ///   - programIDs: the pairs to look at; the others stay as stored.
    ///   - allocation: parts that are newly allocated, by program.
    init(
        card: CardRecord, stored: [String: LinkRow], events: [ConnectionEvent], programIDs: Set<String>,
        allocation: [String: Int] = [:], rule: RetryRule, now: PostgresTimestamp
    ) {
        var rows = stored
        var disputed: [ConnectionEvent] = []
        var retried: [ConnectionEvent] = []
        var overtaken: [ConnectionEvent] = []
        for programID in programIDs {
            let own = events.filter { event in
                event.programID == programID && (event.cardID.map { ExactText($0) == ExactText(card.cardID) } ?? true)
            }
            guard !own.isEmpty else { continue }
            let pair = PairState(events: own, retryWindow: rule.window)
            let row = rows[programID] ?? LinkRow(programID: programID)
            rows[programID] = row.applying(pair, heldWait: rule.heldWait, now: now)
            disputed += pair.disputed
            retried += pair.retried
            overtaken += pair.overtaken
        }
        for (programID, parts) in allocation { rows[programID]?.allocatedParts = parts }
        let after = PreferenceState(candidates: rows.values.compactMap(\.candidate))
        for programID in rows.keys where rows[programID]?.isLinked == true {
            rows[programID]?.status = after.waiting.contains(programID) ? .waiting : .linked
        }
        self.card = card
        self.before = PreferenceState(candidates: stored.values.compactMap(\.candidate))
        self.after = after
        self.rows = rows
        self.disputed = disputed
        self.retried = retried
        self.overtaken = overtaken
        self.allocation = allocation
        changedRows = rows.values.filter { stored[$0.programID] != $0 }.sorted { $0.programID < $1.programID }
        settledProgramIDs = changedRows.map(\.programID).filter { programID in
            stored[programID]?.isHeld == true && stored[programID]?.heldReason != rows[programID]?.heldReason
        }
        waitChangedProgramIDs = changedRows.map(\.programID).filter { programID in
            stored[programID]?.waitsUntil != rows[programID]?.waitsUntil
        }
        movedProgramIDs = changedRows.map(\.programID).filter { programID in
            stored[programID].map { $0.account != rows[programID]?.account } ?? false
        }
    }

    /// What writes the change to the card that it was decided for.
    func writes(
        to card: LockedCard, cause: PreferenceCause, effectiveAt: PostgresTimestamp,
        also others: [PostgresStatement] = [], context: PreferencesContext, now: PostgresTimestamp
    ) throws -> Writes {
        let newVersion =
            isNewVersion
            ? try NewPreferenceVersion(
                of: card, version: version, saying: after, cause: cause, effectiveAt: effectiveAt, now: now) : nil
        var statements = changedRows.map { LinkStore.upsert($0, of: card, now: now) }
        statements += context.planAgain(moved: movedProgramIDs, waitChanged: waitChangedProgramIDs, of: card, now: now)
        statements += allocation.sorted { $0.key < $1.key }.map { programID, parts in
            // Parts that came with a link count from the link, even where its stamp runs ahead of our clock.
            let linkStamp = cause.kind == .link ? rows[programID]?.decidingStampMicros : nil
            return AllocationStore.insert(
                programID: programID, parts: parts, of: card,
                stampMicros: max(now.microsecondsSinceEpoch, linkStamp ?? .min), requestID: cause.id, now: now)
        }
        if !changedRows.isEmpty { statements.append(PreferenceNoticeStore.statement(cardID: card.id)) }
        return Writes(
            change: self, newVersion: newVersion, others: statements + others,
            inForce: isNewVersion || version == 0
                ? nil : PreferenceVersionStore.find(cardID: card.id, version: version),
            effectiveAt: isNewVersion || version > 0 ? effectiveAt : card.record.registeredAt)
    }
}
