import PostgreSQL
import Rewards

/// The status of a redemption (contract section 8.4); it moves forward only, and ends in one of two.
package enum RedemptionStatus: String, Sendable, Hashable, CaseIterable {
    /// Submitted and paid for; the first status.
    case submitted = "SUBMITTED"
    /// Taken up.
    case open = "OPEN"
    /// Waits for the vendor.
    case awaitingVendor = "AWAITING_VENDOR"
    /// Waits for the customer.
    case awaitingCustomer = "AWAITING_CUSTOMER"
    /// Confirmed.
    case purchased = "PURCHASED"
    /// Done; an end.
    case completed = "COMPLETED"
    /// Canceled and given back; an end.
    case canceled = "CANCELED"

    /// Whether a move to another status goes forward; canceling is not a move.
    package func moves(to next: RedemptionStatus) -> Bool {
        let order = Self.allCases
        guard self != .canceled, next != .canceled, let here = order.firstIndex(of: self),
            let there = order.firstIndex(of: next)
        else { return false }
        return here < there
    }

    /// The event that endpoints receive on entering this status.
    var event: WalletEvent {
        switch self {
        case .submitted: .redemptionCreated
        case .open: .redemptionOpen
        case .awaitingVendor: .redemptionAwaitingVendor
        case .awaitingCustomer: .redemptionAwaitingCustomer
        case .purchased: .redemptionPurchased
        case .completed: .redemptionCompleted
        case .canceled: .redemptionCanceled
        }
    }
}
