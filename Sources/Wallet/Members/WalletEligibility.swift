/// A member's tier and wallet from one consistent read (contract section 8.5).
public struct WalletEligibility: Sendable, Hashable {
    /// The tier, free text set by the customer.
    public let tier: String
    /// The wallet.
    public let wallet: MemberWallet
}
