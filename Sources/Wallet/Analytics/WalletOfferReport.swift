public import PostgreSQL

/// What became of one offer.
public struct WalletOfferReport: Sendable, Hashable {
    /// The offer.
    public let offerID: String
    /// Its redemptions.
    public let signups: Int64
    /// Those that are completed.
    public let completions: Int64
    /// Those that were canceled.
    public let cancellations: Int64
    /// Points debited for it, whether given back later or not.
    public let pointsSpent: Int64
}
