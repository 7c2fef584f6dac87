/// How far a replay has come.
package struct ReplayProgress: Sendable, Hashable {
    /// How many spends were looked at.
    package let spends: Int64
    /// Roughly how many there are, by the database's own estimate; nil when it has none.
    package let spendsEstimated: Int64?
}
