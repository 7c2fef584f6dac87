/// Why a part of a spend is in no leg.
public enum RemainderRule: String, Sendable, Hashable {
    /// The card had no links.
    case noLinks = "NO_LINKS"
    /// Every program that could be asked refused it.
    case refusedByAll = "REFUSED_BY_ALL"
}
