/// A member's tier and wallet from one consistent read (contract section 8.5).
package struct WalletEligibility: Sendable, Hashable {
    /// The tier, free text set by the customer.
    package let tier: String
    /// The wallet.
    package let wallet: MemberWallet
}
