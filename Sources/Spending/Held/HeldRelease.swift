import Rewards

/// What becomes of the held money of one spend: a row of `releases`, with what refunds had taken of it before.
struct HeldRelease: Sendable {
    let spendID: String
    let release: SpendRelease
    /// One for each refund that had taken from what was held: it gives that back and takes it from the release.
    let movements: [RefundBooking.Movement]
}
