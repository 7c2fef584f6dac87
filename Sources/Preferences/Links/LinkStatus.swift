import Cosmo
import PostgreSQL

/// Whether a link takes part in a card's preference.
package enum LinkStatus: String, Sendable, Hashable, CaseIterable {
    /// It takes part.
    case linked
    /// It is linked, but the card has as many older links as it may.
    case waiting
    /// It was removed; what was earned is still owed to its last account.
    case delinked
}
