/// Who ended an issuance.
package enum SettledBy: String, Sendable, Hashable, CaseIterable {
    /// Cosmo's transaction webhook.
    case webhook
    /// A read from Cosmo.
    case read
    /// A person, with evidence.
    case `operator`
    /// Cosmo's refusal.
    case refusal
    /// The position owes.
    case debt
    /// The card's account with the program changed before the issuance was sent.
    case account
    /// The sender, which found that what it would send does not follow from what was planned.
    case check
    /// The issuer's own wallet, which was paid in the transaction that wrote the issuance.
    case wallet
}
