import PostgreSQL

/// A connection event with its knowledge times: when we learnt it, and when we learnt that it does not count.
struct RecordedEvent: Sendable, Hashable {
    var event: ConnectionEvent
    var recordedAt: PostgresTimestamp
    /// From when it no longer counts; nil while it counts.
    var discardedAt: PostgresTimestamp?
    /// False when a rebuild found no delivery that says it: from then on it is as if it had never come.
    var isFounded: Bool
    /// Whether the row's content is what its digest was taken of.
    var isIntact = true

    /// The event as it was known at a time; nil when it was not in the set then.
    func known(at time: PostgresTimestamp) -> ConnectionEvent? {
        guard recordedAt <= time else { return nil }
        let isDiscarded = discardedAt.map { $0 <= time } ?? false
        guard isFounded || !isDiscarded else { return nil }
        var known = event
        known.isStanding = !isDiscarded
        return known
    }
}
