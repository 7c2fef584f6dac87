import PostgreSQL
import Rewards

/// The answer to a call of `RecordSpend`.
package struct SpendAnswer: Sendable, Hashable {
    /// The spend on disk.
    package let recorded: RecordedSpend
    /// Whether an earlier equal call had recorded it (I-5).
    package let replayed: Bool
}
