import Cards
package import PostgreSQL
import Rewards

/// One version of a card's preference, with what made it.
package struct PreferenceChange: Sendable, Hashable {
    /// The preference it led to; without the state of checks, which is not of a version.
    package let preferences: PreferencesSnapshot
    /// What made it.
    package let cause: PreferenceCause
    /// When we learnt it.
    package let recordedAt: PostgresTimestamp
}

extension PreferenceChange {
    init(_ version: PreferenceVersionStore.Stored) {
        preferences = version.snapshot
        cause = version.cause
        recordedAt = version.recordedAt
    }
}
