public import PostgreSQL
import Rewards

/// A loyalty program as the catalogue and our operators describe it.
public struct Program: Sendable, Hashable {
    /// Its id, the one Cosmo's calls take.
    public let programID: String
    /// Its name.
    public let name: String
    /// The currency its points are priced in, ISO 4217; nil when the catalogue does not say.
    public let currencyCode: String?
    /// The currency Cosmo takes value in, ISO 4217; nil when the catalogue does not say.
    public let localCurrencyCode: String?
    /// What one issue may be.
    public let limits: IssueLimits
    /// The account fields Cosmo requires; nil while that is not known yet.
    public let requiredFields: [String]?
    /// Whether Cosmo's latest catalogue had it.
    public let isListed: Bool
    /// Where its points go.
    public let paysInto: PaysInto
    /// Whether an operator paused issuing to it; earning goes on.
    public let isIssuingPaused: Bool
    /// The plugin configuration in force; nil before one is set, when its legs are parked.
    public let configuration: ProgramConfiguration?
    /// When the row last changed.
    public let changedAt: PostgresTimestamp
}
