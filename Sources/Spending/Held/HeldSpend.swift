package import PostgreSQL
package import Rewards

/// A spend of which something is held, as operators see it.
package struct HeldSpend: Sendable, Hashable {
    /// Why something is held.
    package enum Reason: String, Sendable, Hashable {
        /// The card had no links.
        case noLinks = "NO_LINKS"
        /// Every program that was asked refused it.
        case refusedByAll = "REFUSED_BY_ALL"
    }

    /// The card.
    package let cardID: String
    /// The spend.
    package let spendID: String
    /// What is held now; zero when all that was held is refunded.
    package let held: Money
    /// Since when: when the spend was recorded.
    package let heldSince: PostgresTimestamp
    /// Why.
    package let reason: Reason
    /// The version of the preference that the spend was decided under.
    package let preferenceVersion: Int64
}
