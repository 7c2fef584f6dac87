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

/// Where a program's points go; decided when it is made; it never changes.
public enum PaysInto: String, Sendable, Hashable, CaseIterable {
    /// Cosmo issues them.
    case cosmo = "COSMO"
    /// Pays into the issuer's own wallet, to the member who is the card's user. Cosmo does not know the program.
    case wallet = "WALLET"
}

/// The least and the most of one issue to a program; nil for no limit.
public struct IssueLimits: Sendable, Hashable {
    /// The least points.
    public let minimumPoints: Int64?
    /// The most points.
    public let maximumPoints: Int64?
    /// The least value, in Cosmo's unit of value.
    public let minimumValue: Int64?
    /// The most value, in Cosmo's unit of value.
    public let maximumValue: Int64?

    /// Makes limits; zero and less mean no limit, as the partnerships write it.
    public init(
        minimumPoints: Int64? = nil, maximumPoints: Int64? = nil, minimumValue: Int64? = nil, maximumValue: Int64? = nil
    ) {
        self.minimumPoints = Self.limit(minimumPoints)
        self.maximumPoints = Self.limit(maximumPoints)
        self.minimumValue = Self.limit(minimumValue)
        self.maximumValue = Self.limit(maximumValue)
    }

    private static func limit(_ amount: Int64?) -> Int64? { amount.flatMap { $0 > 0 ? $0 : nil } }
}

/// One version of a program's plugin and its configuration; append-only, since decisions pin it (I-9).
public struct ProgramConfiguration: Sendable, Hashable {
    /// Its number, counted from 1 for each program.
    public let configurationVersion: Int64
    /// The plugin's name.
    public let plugin: String
    /// The plugin's version.
    public let pluginVersion: String
    /// The configuration as canonical JSON.
    public let configurationJSON: String
    /// SHA-256 over plugin, version and configuration, in hexadecimal.
    public let digest: String
    /// The API client that set it.
    public let setBy: String
    /// When.
    public let setAt: PostgresTimestamp
}

/// The rule for program ids: what a weight vector's text can hold unambiguously.
enum ProgramIDRule {
    static func check(_ programID: String) -> Bool {
        (try? WeightVector([(programID: programID, parts: 1)])) != nil
    }
}
