/// Why a pair, and the deliveries that bring it about, wait for a decision.
package enum HeldReason: String, Sendable, Hashable, CaseIterable {
    /// Events of one stamp disagree, so they cannot be ordered.
    case sameStampConflict = "SAME_STAMP_CONFLICT"
    /// The event in force repeats an older one whose delivery may have gone unanswered, so it may be a retry of it.
    case mayBeRetry = "MAY_BE_A_RETRY"

    /// What is kept with a delivery that was held for this reason and waits no longer.
    package var reasonOnceSettled: String {
        switch self {
        case .sameStampConflict: "CONFLICT_ENDED"
        case .mayBeRetry: "RETRY_SETTLED"
        }
    }

    /// ``reasonOnceSettled`` by reason, both as they are stored.
    package static let reasonsOnceSettled = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.reasonOnceSettled) })
}
