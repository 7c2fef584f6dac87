import PostgreSQL
import Rewards

/// Where a program's points go; decided when it is made; it never changes.
package enum PaysInto: String, Sendable, Hashable, CaseIterable {
    /// Cosmo issues them.
    case cosmo = "COSMO"
    /// Pays into the issuer's own wallet, to the member who is the card's user. Cosmo does not know the program.
    case wallet = "WALLET"
}
