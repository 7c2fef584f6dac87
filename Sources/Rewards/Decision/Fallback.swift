/// Where the part of a spend goes that no program takes.
public enum Fallback: String, Sendable, Hashable, CaseIterable {
    /// Kept aside until the cardholder links a program.
    case hold = "HOLD"
    /// Earns nothing, for good.
    case exclude = "EXCLUDE"
    /// Offered to the issuer's own program, which pays into the wallet; what that refuses is excluded.
    case wallet = "WALLET"
}
