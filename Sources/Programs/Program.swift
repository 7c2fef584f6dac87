package import PostgreSQL
import Rewards

/// A loyalty program as the catalogue and our operators describe it.
package struct Program: Sendable, Hashable {
    /// Its id, the one Cosmo's calls take.
    package let programID: String
    /// Its name.
    package let name: String
    /// The currency its points are priced in, ISO 4217; nil when the catalogue does not say.
    package let currencyCode: String?
    /// The currency Cosmo takes value in, ISO 4217; nil when the catalogue does not say.
    package let localCurrencyCode: String?
    /// What one issuance may be.
    package let limits: IssuanceLimits
    /// The account fields Cosmo requires; nil while that is not known yet.
    package let requiredFields: [String]?
    /// Whether Cosmo's latest catalogue had it.
    package let isListed: Bool
    /// Where its points go.
    package let paysInto: PaysInto
    /// Whether an operator paused issuing to it; earning goes on.
    package let isIssuingPaused: Bool
    /// The plugin configuration in force; nil before one is set, when its legs are parked.
    package let configuration: ProgramConfiguration?
    /// What the catalogue says of it for people.
    package let facts: CatalogueFacts
    /// When the row last changed.
    package let changedAt: PostgresTimestamp
}
