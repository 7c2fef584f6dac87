public import PostgreSQL
public import Rewards

/// A spend of which something is held, as operators see it.
public struct HeldSpend: Sendable, Hashable {
    /// Why something is held.
    public enum Reason: String, Sendable, Hashable {
        /// The card had no links.
        case noLinks = "NO_LINKS"
        /// Every program that was asked refused it.
        case refusedByAll = "REFUSED_BY_ALL"
    }

    /// The card.
    public let cardID: String
    /// The spend.
    public let spendID: String
    /// What is held now; zero when all that was held is refunded.
    public let held: Money
    /// Since when: when the spend was recorded.
    public let heldSince: PostgresTimestamp
    /// Why.
    public let reason: Reason
    /// The version of the preference that the spend was decided under.
    public let preferenceVersion: Int64
}
