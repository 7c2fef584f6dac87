/// How far `verify` has come.
public struct VerifyProgress: Sendable, Hashable {
    /// What is being read.
    public let phase: String
    /// How many rows of it were read.
    public let rowsRead: Int64
    /// Roughly how many there are, by the database's own estimate; nil when it has none.
    public let rowsEstimated: Int64?
}
