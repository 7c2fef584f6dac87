import Cards
import Cosmo
import Logging
import PostgreSQL
import Rewards

/// The result of applying a Program Connection delivery.
package enum ConnectionOutcome: Sendable, Hashable {
    /// It took effect, or was found to repeat what had; `note` says what is special, in upper snake case.
    case applied(changedCardIDs: [String], note: String?)
    /// It disagrees with another event of its stamp, or may be a retry of an older one; `reason` is a ``HeldReason``.
    case held(reason: String)
    /// It cannot be understood, or cannot take effect; a person looks.
    case parked(reason: String)
}
