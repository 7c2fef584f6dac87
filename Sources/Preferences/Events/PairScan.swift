/// Reads the events of one pair in the order of their stamps. After each event its properties describe the events read
/// so far.
struct PairScan {
    /// The events of one stamp that count.
    struct Group {
        let stampMicros: Int64
        var events: [ConnectionEvent]

        /// Whether they say the same.
        var isUndisputed: Bool { events.allSatisfy { $0.content == events[0].content } }
    }

    /// The events that count, in the order of stamps.
    private(set) var standing: [Group] = []

    /// Reads the next event; its stamp is not before that of the last one.
    mutating func read(_ event: ConnectionEvent) {
        guard event.isStanding else { return }
        if standing.last?.stampMicros == event.stampMicros {
            standing[standing.count - 1].events.append(event)
        } else {
            standing.append(Group(stampMicros: event.stampMicros, events: [event]))
        }
    }

    /// The consecutive stamps whose events say what is in force, up to the newest undisputed one; empty when nothing
    /// undisputed is known. The first of them said it, and the others repeat it.
    var deciding: ArraySlice<Group> {
        guard let last = standing.lastIndex(where: \.isUndisputed) else { return [] }
        let content = standing[last].events[0].content
        var first = last
        while first > 0, standing[first - 1].isUndisputed, standing[first - 1].events[0].content == content {
            first -= 1
        }
        return standing[first...last]
    }

    /// The event in force so far, the first of those that say so; nil when nothing undisputed is known.
    var decidedBy: ConnectionEvent? { deciding.first?.events.min { $0.eventID < $1.eventID } }
}
