/// How far `verify` has come.
package struct VerifyProgress: Sendable, Hashable {
    /// What is being read.
    package let phase: String
    /// How many rows of it were read.
    package let rowsRead: Int64
    /// Roughly how many there are, by the database's own estimate; nil when it has none.
    package let rowsEstimated: Int64?
}
