public import PostgreSQL
public import Rewards

/// The answer to a call of `RecordSpend`.
public struct SpendAnswer: Sendable, Hashable {
    /// The spend on disk.
    public let recorded: RecordedSpend
    /// Whether an earlier equal call had recorded it (I-5).
    public let replayed: Bool
}
