public import Cosmo
public import PostgreSQL
import Rewards

/// An answer to a write: the preference it led to, and whether an earlier equal call had led there already (I-5).
public struct PreferencesAnswer: Sendable, Hashable {
    /// The preference.
    public let preferences: PreferencesSnapshot
    /// Whether this repeats the answer to an earlier equal call.
    public let isReplayed: Bool

    /// Makes an answer.
    public init(preferences: PreferencesSnapshot, isReplayed: Bool) {
        self.preferences = preferences
        self.isReplayed = isReplayed
    }
}
