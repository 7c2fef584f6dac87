public import Cosmo

/// What the set of connection events of one pair, a card and a program, amounts to (I-8).
///
/// **Guarantees**: a pure function of the set: neither the order nor the number of deliveries matters.
///
/// Events are read in the order of their stamps.
/// 1. *Echoes* do not count. Cosmo may sign each retry afresh, so a webhook that says what an earlier one said, within
///    the echo window after the last one that counted, is taken for a retry of it. A platform's own calls carry request
///    ids and are never echoes.
/// 2. *The newest stamp decides.*
/// 3. Events that bear the newest stamp and disagree are *disputed*: the newest undisputed stamp below decides, and the
///    pair is held until an operator discards all but one, or a newer event settles the matter.
public struct PairState: Sendable, Hashable {
    /// The event in force; nil when nothing undisputed is known.
    public let decidedBy: ConnectionEvent?
    /// The account of the last link up to the event in force: where what was earned is owed to, even after a removal.
    public let lastAccount: CosmoAccount?
    /// The newest events, when they disagree; empty otherwise.
    public let disputed: [ConnectionEvent]
    /// Events that disagreed with others of their stamp, and were overtaken by a newer one.
    public let overtaken: [ConnectionEvent]

    /// Whether the newest events disagree.
    public var isHeld: Bool { !disputed.isEmpty }

    /// Reads a set of events of one pair.
    ///
    /// **Cost**: n log n in the number of events.
    public init(events: some Collection<ConnectionEvent>, echoWindow: Duration) {
        var scan = PairScan(echoWindow: echoWindow)
        for event in events.sorted(by: { $0.stampMicros < $1.stampMicros }) { scan.read(event) }
        let standing = scan.standing
        let deciding = scan.decidingIndex
        decidedBy = scan.decidedBy
        lastAccount = deciding.flatMap { deciding in
            (0...deciding).last { scan.isUndisputed($0) && standing[$0].events[0].kind == .linked }
                .map { standing[$0].events[0].account }
        }
        disputed = deciding == standing.indices.last ? [] : standing[standing.count - 1].events
        overtaken = standing.indices.dropLast().filter { !scan.isUndisputed($0) }.flatMap { standing[$0].events }
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
