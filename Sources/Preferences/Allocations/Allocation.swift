import PostgreSQL

/// A share that a platform allocated to a program of a card: one entry of an append-only record.
struct Allocation: Sendable, Hashable {
    /// The row's number; orders allocations of one stamp.
    var allocationID: Int64
    var programID: String
    /// 1 to 10,000.
    var parts: Int
    /// From when it counts, microseconds since 1970.
    var stampMicros: Int64
    /// When we learnt it.
    var recordedAt: PostgresTimestamp

    /// The parts that the newest allocation of each program gives.
    static func newestParts(_ allocations: some Sequence<Allocation>) -> [String: Int] {
        var newest: [String: Allocation] = [:]
        for allocation in allocations {
            if let other = newest[allocation.programID],
                (other.stampMicros, other.allocationID) > (allocation.stampMicros, allocation.allocationID)
            {
                continue
            }
            newest[allocation.programID] = allocation
        }
        return newest.mapValues(\.parts)
    }
}
