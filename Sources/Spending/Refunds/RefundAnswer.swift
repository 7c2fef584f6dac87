public import PostgreSQL
public import Rewards

/// The answer to a call that records or moves a refund.
public struct RefundAnswer: Sendable, Hashable {
    /// The refund as it is now.
    public let refund: RecordedRefund
    /// Whether an earlier call had done it, so that this one changed nothing.
    public let replayed: Bool
}
