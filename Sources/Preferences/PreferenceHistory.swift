import PostgreSQL
import Rewards

/// Everything a card's preference was ever a function of, and that function in two times.
///
/// *Valid time* is when something is so by the word of whoever said it: the stamp of an event, our clock for a platform's
/// own call. *Knowledge time* is when we learnt it. The preference valid at V as known at K is the function of I-8 over
/// what bears a stamp of at most V and was recorded by K, with the operators' decisions recorded by K.
///
/// **Guarantees**: pure; at the end of both times it is the preference in force.
struct PreferenceHistory: Sendable {
    let cardID: String
    /// The events of the card's source user.
    let events: [RecordedEvent]
    let allocations: [Allocation]
    let echoWindow: Duration

    /// A preference of the past.
    struct Answer: Sendable, Hashable {
        let state: PreferenceState
        /// From when on it reads so, microseconds since 1970; nil when nothing was said before.
        let sinceMicros: Int64?
    }

    /// The preference valid at a time, as it was known at another.
    ///
    /// **Cost**: n log n in the number of the card's events for each of the newest stamps that changed nothing.
    func answer(validAt validMicros: Int64, knownAt: PostgresTimestamp) -> Answer {
        let known = events.compactMap { recorded -> ConnectionEvent? in
            guard let event = recorded.known(at: knownAt), event.stampMicros <= validMicros,
                event.cardID.map({ ExactText($0) == ExactText(cardID) }) ?? true
            else { return nil }
            return event
        }
        let allocated = allocations.filter { $0.recordedAt <= knownAt && $0.stampMicros <= validMicros }
        let stamps = Set(known.map(\.stampMicros) + allocated.map(\.stampMicros)).sorted()
        guard var since = stamps.last else { return Answer(state: .empty, sinceMicros: nil) }
        let state = state(known, allocated, through: since)
        for stamp in stamps.dropLast().reversed() {
            guard self.state(known, allocated, through: stamp).links == state.links else {
                return Answer(state: state, sinceMicros: since)
            }
            since = stamp
        }
        return Answer(state: state, sinceMicros: state.links.isEmpty ? nil : since)
    }

    private func state(
        _ events: [ConnectionEvent], _ allocations: [Allocation], through stampMicros: Int64
    ) -> PreferenceState {
        let parts = Allocation.newestParts(allocations.filter { $0.stampMicros <= stampMicros })
        let pairs = Dictionary(grouping: events.filter { $0.stampMicros <= stampMicros }, by: \.programID)
        return PreferenceState(
            candidates: pairs.compactMap { programID, events in
                var row = LinkRow(programID: programID).applying(
                    PairState(events: events, echoWindow: echoWindow), now: .negativeInfinity)
                row.allocatedParts = parts[programID]
                return row.candidate
            })
    }
}
