package import PostgreSQL
package import Rewards

/// A purchase that was authorised and may clear later, under the preference version that it pins.
package struct SpendAuthorization: Sendable, Hashable {
    /// Whether it pins.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        /// Its clearings, however many and whatever they sum to, are decided under the version it pins.
        case open
        /// Freed by the platform; a clearing that comes all the same is late, see ``LateClearing``.
        case reversed
    }

    /// The platform's id of the authorisation.
    package let authorizationID: String
    /// The card.
    package let cardID: String
    /// The authorised amount, in the card's currency; what clears may be less or more.
    package let amount: Money
    /// ISO 18245, four digits, or empty.
    package let merchantCategoryCode: String
    /// The merchant's name, or empty.
    package let merchantName: String
    /// ISO 3166-1 alpha-2, or empty.
    package let merchantCountry: String
    /// When the purchase was authorised, as the platform said; when it was recorded if it said nothing.
    package let authorizedAt: PostgresTimestamp
    /// The version of the card's preference that it pins; 0 when the card had none yet.
    package let preferenceVersion: Int64
    /// Whether it pins.
    package let status: Status
    /// What has cleared so far, in minor units.
    package let clearedMinor: Int64
    /// When it was recorded, by the service's clock.
    package let recordedAt: PostgresTimestamp
    /// When it was reversed; nil while it is open.
    package let reversedAt: PostgresTimestamp?
}
