import Cosmo
import Rewards

/// Reads the events of one pair one after the other, in the order of their stamps: what they amount to so far is there
/// after each.
struct PairScan {
    /// The events of each stamp that count, in the order of stamps.
    private(set) var standing: [(stamp: Int64, events: [ConnectionEvent])] = []
    private var lastGenuine: [EchoKey: Int64] = [:]
    private let windowMicros: Int64

    private struct EchoKey: Hashable {
        let cardID: ExactText?
        let content: ConnectionEvent.Content
    }

    init(echoWindow: Duration) {
        windowMicros = echoWindow.wholeMicros
    }

    /// Reads the next event; its stamp is not before that of the last one.
    mutating func read(_ event: ConnectionEvent) {
        if event.requestID == nil {
            let key = EchoKey(cardID: event.cardID.map(ExactText.init), content: event.content)
            if let last = lastGenuine[key], event.stampMicros != last,
                event.stampMicros.subtractingReportingOverflow(last).partialValue <= windowMicros
            {
                return
            }
            // Discarded events keep their echoes away, else a retry would undo the operator's decision.
            lastGenuine[key] = event.stampMicros
        }
        guard event.isStanding else { return }
        if standing.last?.stamp == event.stampMicros {
            standing[standing.count - 1].events.append(event)
        } else {
            standing.append((event.stampMicros, [event]))
        }
    }

    /// Whether the events of one stamp say the same.
    func isUndisputed(_ index: Int) -> Bool {
        let events = standing[index].events
        return events.allSatisfy { $0.content == events[0].content }
    }

    /// The place of the newest undisputed stamp.
    var decidingIndex: Int? { standing.indices.last(where: isUndisputed) }

    /// The event in force so far; nil when nothing undisputed is known.
    var decidedBy: ConnectionEvent? {
        decidingIndex.flatMap { standing[$0].events.min { $0.eventID < $1.eventID } }
    }
}
