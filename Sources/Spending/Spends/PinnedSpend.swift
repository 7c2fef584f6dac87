import Rewards

/// A recorded spend as a refund meets it: its decision, how its parked legs were settled, and what is refunded of it.
struct PinnedSpend: Sendable {
    let spendID: String
    let cardID: String
    let pinned: PinnedDecision
    /// Whether every leg that has earned since can be asked again.
    let isReproducible: Bool
    /// How much of it is refunded, in minor units.
    var refundedMinor: Int64
    /// What became of the held part; nil while nothing has.
    var release: Release?

    /// The release of what the spend's decision held, as a refund meets it.
    struct Release: Sendable {
        /// Its decision; nil when the held part has expired.
        let pinned: PinnedDecision?
        /// Whether its decision can be read and every leg that has earned since can be asked again.
        let isReproducible: Bool
        /// How much of it is refunded, in minor units.
        var refundedMinor: Int64
    }

    var input: SpendInput { pinned.decision.input }
    var openMinor: Int64 { input.purchase.amount.minorUnits - refundedMinor }
}
