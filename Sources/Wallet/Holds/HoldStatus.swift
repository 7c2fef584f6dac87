/// The status of a hold; it ends once, in one of three ways.
package enum HoldStatus: String, Sendable, Hashable, CaseIterable {
    /// Active: its points are set aside.
    case held = "HELD"
    /// All of it or a part was debited; the rest is available again.
    case captured = "CAPTURED"
    /// Ended without a debit, on request.
    case released = "RELEASED"
    /// Ended without a debit, because its time ran out.
    case expired = "EXPIRED"

    /// The event that endpoints receive on entering this status.
    var event: WalletEvent {
        switch self {
        case .held: .holdCreated
        case .captured: .holdCaptured
        case .released: .holdReleased
        case .expired: .holdExpired
        }
    }
}
