public import PostgreSQL
public import Rewards

/// A purchase that was authorised and may clear later, under the preference version that it pins.
public struct SpendAuthorization: Sendable, Hashable {
    /// Whether it pins.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Its clearings, however many and whatever they sum to, are decided under the version it pins.
        case open
        /// Freed by the platform; a clearing that comes all the same is late, see ``LateClearing``.
        case reversed
    }

    /// The platform's id of the authorisation.
    public let authorizationID: String
    /// The card.
    public let cardID: String
    /// The authorised amount, in the card's currency; what clears may be less or more.
    public let amount: Money
    /// ISO 18245, four digits, or empty.
    public let merchantCategoryCode: String
    /// The merchant's name, or empty.
    public let merchantName: String
    /// ISO 3166-1 alpha-2, or empty.
    public let merchantCountry: String
    /// When the purchase was authorised, as the platform said; when it was recorded if it said nothing.
    public let authorizedAt: PostgresTimestamp
    /// The version of the card's preference that it pins; 0 when the card had none yet.
    public let preferenceVersion: Int64
    /// Whether it pins.
    public let status: Status
    /// What has cleared so far, in minor units.
    public let clearedMinor: Int64
    /// When it was recorded, by the service's clock.
    public let recordedAt: PostgresTimestamp
    /// When it was reversed; nil while it is open.
    public let reversedAt: PostgresTimestamp?
}
