/// Why a pair, and the deliveries that bring it about, wait for a decision.
public enum HeldReason: String, Sendable, Hashable, CaseIterable {
    /// Events of one stamp disagree, so they cannot be ordered.
    case sameStampConflict = "SAME_STAMP_CONFLICT"
    /// The word in force returns to an older one whose delivery may have gone unanswered: it may be a retry of that.
    case mayBeRetry = "MAY_BE_A_RETRY"
}
