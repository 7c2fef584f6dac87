import PostgreSQL

/// The set of a source user's events as its sources say it: deliveries read again, the platforms' own calls, and the
/// decisions of operators. Beside it, what has to change for the stored set to be this one.
struct DerivedEvents {
    /// The set.
    let events: [ConnectionEvent]
    /// Events that a delivery says and the set lacks, with when the delivery came.
    let missing: [(event: ConnectionEvent, receivedAt: PostgresTimestamp)]
    /// Stored events that nothing says.
    let unfoundedIDs: [Int64]
    /// Stored events that count although an operator decided against them.
    let wronglyStandingIDs: [Int64]
    /// Stored events that are discarded without a decision.
    let wronglyDiscardedIDs: [Int64]

    /// The event that each delivery that counts says.
    let identities: [Int64: EventIdentity]
    /// Deliveries that are entered with another event than they say, or with none.
    let misfiledIDs: [Int64]
    /// Stored events that are marked as answered, and not each of their deliveries was.
    let wronglyAnsweredIDs: [Int64]
    /// Stored events that are confirmed without a decision.
    let wronglyConfirmedIDs: [Int64]
    /// Stored events that are not confirmed, against a decision.
    let wronglyDoubtedIDs: [Int64]

    /// Whether the stored set is another one.
    var isDifferent: Bool { !differences.isEmpty }

    /// Derives the set.
    ///
    /// - Parameters:
    ///   - said: what the deliveries about the source user say. One that still waits for the worker counts only if its
    ///     event is in the set already, as after a replay.
    ///   - filed: the deliveries that are entered for the source user, each with its event.
    ///   - stored: the stored rows.
    ///   - discarded: the events that operators took out.
    ///   - confirmed: the events that operators said are no retries.
    init(
        said: [(event: ConnectionEvent, delivery: StoredDelivery)], filed: [(inboxID: Int64, eventID: Int64?)],
        stored: [RecordedEvent], discarded: Set<EventIdentity>, confirmed: Set<EventIdentity>
    ) {
        var rows: [EventIdentity: RecordedEvent] = [:]
        // A webhook's row that is not what its digest says has been tampered with: its delivery gives the content
        // again.
        let founded = stored.filter(\.isFounded)
        let trusted = founded.filter { $0.isIntact || $0.event.requestID != nil }
        for row in trusted { rows[EventIdentity(row.event)] = row }
        identities = Self.identities(said: said, filed: filed, rows)
        var isAnswered: [EventIdentity: Bool] = [:]
        var derived: [EventIdentity: (event: ConnectionEvent, receivedAt: PostgresTimestamp)] = [:]
        for (event, delivery) in said {
            let identity = EventIdentity(event)
            if identities[delivery.inboxID] != nil {
                isAnswered[identity] = delivery.isAnswered && isAnswered[identity] ?? true
            }
            guard delivery.wasApplied || rows[identity] != nil else { continue }
            // The first delivery of an event is the one the set names.
            if let other = derived[identity]?.event.inboxID, other <= delivery.inboxID { continue }
            derived[identity] = (event, delivery.receivedAt)
        }
        for row in trusted where row.event.requestID != nil {
            derived[EventIdentity(row.event)] = (row.event, row.recordedAt)
        }
        var events: [ConnectionEvent] = []
        var missing: [(event: ConnectionEvent, receivedAt: PostgresTimestamp)] = []
        var wronglyStanding: [Int64] = []
        var wronglyDiscarded: [Int64] = []
        var wronglyAnswered: [Int64] = []
        var wronglyConfirmed: [Int64] = []
        var wronglyDoubted: [Int64] = []
        for (identity, fact) in derived {
            var event = fact.event
            event.isStanding = !discarded.contains(identity)
            event.isConfirmed = confirmed.contains(identity)
            event.recordedAt = rows[identity]?.recordedAt ?? fact.receivedAt
            let isVouchedFor = isAnswered[identity] ?? false
            event.isAnswered = isVouchedFor
            if let row = rows[identity] {
                event.eventID = row.event.eventID
                event.inboxID = row.event.inboxID
                if row.event.isStanding, !event.isStanding { wronglyStanding.append(row.event.eventID) }
                if !row.event.isStanding, event.isStanding { wronglyDiscarded.append(row.event.eventID) }
                // An answer that is not taken in yet is no difference; what is derived must not run ahead of it either.
                event.isAnswered = row.event.isAnswered && isVouchedFor
                if row.event.isAnswered, !isVouchedFor { wronglyAnswered.append(row.event.eventID) }
                if row.event.isConfirmed, !event.isConfirmed { wronglyConfirmed.append(row.event.eventID) }
                if !row.event.isConfirmed, event.isConfirmed { wronglyDoubted.append(row.event.eventID) }
            } else {
                missing.append((event, fact.receivedAt))
            }
            events.append(event)
        }
        self.events = events.sorted { ($0.programID, $0.stampMicros) < ($1.programID, $1.stampMicros) }
        self.missing = missing.sorted { ($0.event.inboxID ?? 0) < ($1.event.inboxID ?? 0) }
        let kept = Set(rows.filter { derived[$0.key] != nil }.map(\.value.event.eventID))
        misfiledIDs = Self.misfiled(filed, identities, rows)
        unfoundedIDs = founded.map(\.event.eventID).filter { !kept.contains($0) }.sorted()
        wronglyStandingIDs = wronglyStanding.sorted()
        wronglyDiscardedIDs = wronglyDiscarded.sorted()
        wronglyAnsweredIDs = wronglyAnswered.sorted()
        wronglyConfirmedIDs = wronglyConfirmed.sorted()
        wronglyDoubtedIDs = wronglyDoubted.sorted()
    }

    /// The deliveries that count, each with the event that it says. A delivery that is being replayed counts as it did
    /// before.
    private static func identities(
        said: [(event: ConnectionEvent, delivery: StoredDelivery)], filed: [(inboxID: Int64, eventID: Int64?)],
        _ rows: [EventIdentity: RecordedEvent]
    ) -> [Int64: EventIdentity] {
        let eventIDs = Dictionary(filed.map { ($0.inboxID, $0.eventID) }) { first, _ in first }
        var identities: [Int64: EventIdentity] = [:]
        for (event, delivery) in said {
            let identity = EventIdentity(event)
            let row = rows[identity]?.event
            let isIn = row.map { $0.inboxID == delivery.inboxID || eventIDs[delivery.inboxID] == $0.eventID } ?? false
            if delivery.wasApplied || isIn { identities[delivery.inboxID] = identity }
        }
        return identities
    }

    /// The deliveries that are entered with an event they do not say, or without the one they say.
    private static func misfiled(
        _ filed: [(inboxID: Int64, eventID: Int64?)], _ identities: [Int64: EventIdentity],
        _ rows: [EventIdentity: RecordedEvent]
    ) -> [Int64] {
        filed.filter { inboxID, eventID in
            guard let identity = identities[inboxID] else { return eventID != nil }
            return rows[identity].map { $0.event.eventID != eventID } ?? false
        }.map(\.inboxID)
    }

    /// What differs, for people; no ids of accounts.
    var differences: [String] {
        let counted: [(count: Int, what: String)] = [
            (missing.count, "said by the inbox and missing from the set"),
            (unfoundedIDs.count, "in the set and said by nothing"),
            (wronglyStandingIDs.count, "standing against an operator's decision"),
            (wronglyDiscardedIDs.count, "discarded without an operator's decision"),
            (wronglyAnsweredIDs.count, "marked as answered, and not every delivery was"),
            (wronglyConfirmedIDs.count, "confirmed without an operator's decision"),
            (wronglyDoubtedIDs.count, "not confirmed against an operator's decision"),
        ]
        let events = counted.filter { $0.count > 0 }.map { count, what in
            "\(count) connection event\(count == 1 ? "" : "s") \(what)"
        }
        guard !misfiledIDs.isEmpty else { return events }
        let count = misfiledIDs.count
        let deliveries = count == 1 ? "1 delivery that is" : "\(count) deliveries that are"
        return events + ["\(deliveries) not entered with the right event"]
    }
}
