package import Cosmo
package import PostgreSQL

/// What the set of connection events of one pair, a card and a program, amounts to (I-8).
///
/// **Guarantees**: a pure function of the set: neither the order nor the number of deliveries matters, nor the order in
/// which answers become known.
///
/// Events are read in the order of their stamps.
/// 1. *The newest stamp decides.* An event that repeats what is in force changes nothing, not even its start time.
/// 2. Events that bear the newest stamp and disagree are *disputed*: the newest undisputed stamp below decides, and the
///    pair is held until an operator discards all but one, or a newer event settles the matter.
/// 3. The event in force may be a *retry* of an older one (see ``RetryQuestion``). It still decides, and the pair is
///    held until that is resolved. Nothing else depends on which deliveries were answered.
package struct PairState: Sendable, Hashable {
    /// The event in force, the first of those that say so; nil when nothing undisputed is known.
    package let decidedBy: ConnectionEvent?
    /// The newest event that says what is in force.
    package let repeatedBy: ConnectionEvent?
    /// The account of the last link up to the event in force: where what was earned is owed to, even after a removal.
    package let lastAccount: CosmoAccount?
    /// The newest events, when they disagree; empty otherwise.
    package let disputed: [ConnectionEvent]
    /// The events that say what is in force, when each of them may be a retry; empty otherwise.
    package let retried: [ConnectionEvent]
    /// Events that disagreed with others of their stamp, and were overtaken by a newer one.
    package let overtaken: [ConnectionEvent]

    /// Why the pair is held; nil when it is not.
    package var heldReason: HeldReason? {
        if !disputed.isEmpty { return .sameStampConflict }
        return retried.isEmpty ? nil : .mayBeRetry
    }

    /// Whether the pair waits for a decision.
    package var isHeld: Bool { heldReason != nil }

    /// When we learnt the first of what is to be decided; nil when nothing is, or it is not stored yet.
    package var heldSince: PostgresTimestamp? { (disputed + retried).compactMap(\.recordedAt).min() }

    /// Reads a set of events of one pair.
    ///
    /// - Parameter retryWindow: how long after a delivery its sender may still send it again.
    /// **Cost**: n log n in the number of events.
    package init(events: some Collection<ConnectionEvent>, retryWindow: Duration) {
        var scan = PairScan()
        for event in events.sorted(by: { $0.stampMicros < $1.stampMicros }) { scan.read(event) }
        let standing = scan.standing
        let deciding = scan.deciding
        decidedBy = scan.decidedBy
        repeatedBy = deciding.last?.events.max { $0.eventID < $1.eventID }
        let newestLink = deciding.last.flatMap { last in
            standing.last { $0.stampMicros <= last.stampMicros && $0.isUndisputed && $0.events[0].kind == .linked }
        }
        lastAccount = newestLink?.events[0].account
        retried = RetryQuestion(windowMicros: retryWindow.wholeMicros).openEvents(deciding, among: events)
        disputed = deciding.last?.stampMicros == standing.last?.stampMicros ? [] : standing[standing.count - 1].events
        overtaken = standing.dropLast().filter { !$0.isUndisputed }.flatMap(\.events)
    }
}

extension Duration {
    /// The duration in whole microseconds, held within 64 bits.
    var wholeMicros: Int64 {
        let (seconds, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return components.seconds < 0 ? .min : .max }
        let (micros, overflow2) = seconds.addingReportingOverflow(components.attoseconds / 1_000_000_000_000)
        return overflow2 ? (seconds < 0 ? .min : .max) : micros
    }
}
