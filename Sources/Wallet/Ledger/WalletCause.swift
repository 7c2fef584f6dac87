/// Why a ledger row was written.
package enum WalletCause: String, Sendable, Hashable, CaseIterable {
    /// The customer credited points.
    case mint
    /// A redemption was paid for.
    case spend
    /// A canceled redemption gave back what it took.
    case refund
    /// A removed member's balance lapsed.
    case forfeit
    /// A refund of a purchase took back what the purchase had earned.
    case clawback
    /// A purchase was paid for out of a hold.
    case capture
}
