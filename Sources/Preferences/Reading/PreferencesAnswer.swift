import Cosmo
import PostgreSQL
import Rewards

/// An answer to a write: the preference it led to, and whether an earlier equal call had led there already (I-5).
package struct PreferencesAnswer: Sendable, Hashable {
    /// The preference.
    package let preferences: PreferencesSnapshot
    /// Whether this repeats the answer to an earlier equal call.
    package let isReplayed: Bool

    /// Makes an answer.
    package init(preferences: PreferencesSnapshot, isReplayed: Bool) {
        self.preferences = preferences
        self.isReplayed = isReplayed
    }
}
