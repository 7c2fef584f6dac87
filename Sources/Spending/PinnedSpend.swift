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

    var input: SpendInput { pinned.decision.input }
    var openMinor: Int64 { input.amount.minorUnits - refundedMinor }
}
