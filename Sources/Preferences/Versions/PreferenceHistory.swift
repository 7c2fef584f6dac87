import PostgreSQL
import Rewards

/// Everything a card's preference was ever a function of, and that function in two times.
///
/// *Valid time* is when something is so, as its sender says: the stamp of an event, our clock for a platform's
/// own call. *Knowledge time* is when we learnt it. The preference valid at V as known at K is the function of I-8 over
/// what bears a stamp of at most V and was recorded by K, with the operators' decisions recorded by K. Which deliveries
/// were answered decides only what is held, never what is in force, so it does not matter here.
///
/// **Guarantees**: pure; at the end of both times it is the preference in force.
struct PreferenceHistory: Sendable {
    let cardID: String
    /// The events of the card's source user.
    let events: [RecordedEvent]
    let allocations: [Allocation]

    /// A preference of the past.
    struct Answer: Sendable, Hashable {
        let state: PreferenceState
        /// From when on it reads so, microseconds since 1970; nil when nothing was said before.
        let sinceMicros: Int64?
    }

    /// The preference valid at a time, as it was known at another.
    ///
    /// **Cost**: one pass in the order of stamps; n log n in the number of events and allocations.
    func answer(validAt validMicros: Int64, knownAt: PostgresTimestamp) -> Answer {
        let known = events.compactMap { recorded -> ConnectionEvent? in
            guard let event = recorded.known(at: knownAt), event.stampMicros <= validMicros,
                event.cardID.map({ ExactText($0) == ExactText(cardID) }) ?? true
            else { return nil }
            return event
        }
        let allocated = allocations.filter { $0.recordedAt <= knownAt && $0.stampMicros <= validMicros }
        let eventsByStamp = Dictionary(grouping: known, by: \.stampMicros)
        let allocationsByStamp = Dictionary(grouping: allocated, by: \.stampMicros)
        var pairs: [String: PairScan] = [:]
        var parts: [String: Int] = [:]
        var answer = Answer(state: .empty, sinceMicros: nil)
        for stamp in Set(eventsByStamp.keys).union(allocationsByStamp.keys).sorted() {
            for event in eventsByStamp[stamp] ?? [] {
                pairs[event.programID, default: PairScan()].read(event)
            }
            // Those of one stamp in the order of calls.
            parts.merge(Allocation.newestParts(allocationsByStamp[stamp] ?? [])) { $1 }
            let state = PreferenceState(candidates: pairs.compactMap { candidate($0, $1, parts[$0]) })
            if state.links != answer.state.links { answer = Answer(state: state, sinceMicros: stamp) }
        }
        return answer
    }

    private func candidate(
        _ programID: String, _ pair: PairScan, _ allocatedParts: Int?
    ) -> PreferenceState.Candidate? {
        guard let event = pair.decidedBy, event.kind == .linked else { return nil }
        return PreferenceState.Candidate(
            programID: programID, account: event.account, stampMicros: event.stampMicros, eventParts: event.parts,
            allocatedParts: allocatedParts)
    }
}
