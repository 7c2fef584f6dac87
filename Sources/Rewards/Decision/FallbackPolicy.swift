/// Where the part of a spend goes that no program takes.
public enum Fallback: String, Sendable, Hashable, CaseIterable {
    /// Kept aside until the cardholder links a program.
    case hold = "HOLD"
    /// Earns nothing, for good.
    case exclude = "EXCLUDE"
}

/// The house's rule for what no program takes.
public struct FallbackPolicy: Sendable, Hashable {
    /// Hold what a card without links spends, exclude what every program refuses.
    public static let standard = FallbackPolicy(noLinks: .hold, refused: .exclude)

    /// For a card without links.
    public let noLinks: Fallback
    /// For what every linked program refuses.
    public let refused: Fallback

    /// Makes a policy.
    public init(noLinks: Fallback, refused: Fallback) {
        self.noLinks = noLinks
        self.refused = refused
    }
}

/// Why a part of a spend is in no leg.
public enum RemainderRule: String, Sendable, Hashable {
    /// The card had no links.
    case noLinks = "NO_LINKS"
    /// Every program that could be asked refused it.
    case refusedByAll = "REFUSED_BY_ALL"
}
