import PostgreSQL

/// What became of one offer.
package struct WalletOfferReport: Sendable, Hashable {
    /// The offer.
    package let offerID: String
    /// Its redemptions.
    package let signups: Int64
    /// Those that are completed.
    package let completions: Int64
    /// Those that were canceled.
    package let cancellations: Int64
    /// Points debited for it, whether given back later or not.
    package let pointsSpent: Int64
}
