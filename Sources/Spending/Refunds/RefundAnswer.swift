import PostgreSQL
import Rewards

/// The answer to a call that records or moves a refund.
package struct RefundAnswer: Sendable, Hashable {
    /// The refund as it is now.
    package let refund: RecordedRefund
    /// Whether an earlier call had done it, so that this one changed nothing.
    package let replayed: Bool
}
