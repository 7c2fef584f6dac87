/// How far a replay has come.
public struct ReplayProgress: Sendable, Hashable {
    /// How many spends were looked at.
    public let spends: Int64
    /// Roughly how many there are, by the database's own estimate; nil when it has none.
    public let spendsEstimated: Int64?
}
