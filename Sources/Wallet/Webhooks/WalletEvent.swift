/// The events that endpoints can receive (contract section 8.8).
package enum WalletEvent: String, Sendable, Hashable, CaseIterable {
    /// A redemption was submitted.
    case redemptionCreated = "redemption.created"
    /// A redemption was taken up.
    case redemptionOpen = "redemption.open"
    /// A redemption waits for the vendor.
    case redemptionAwaitingVendor = "redemption.awaiting_vendor"
    /// A redemption waits for the customer.
    case redemptionAwaitingCustomer = "redemption.awaiting_customer"
    /// A redemption was confirmed.
    case redemptionPurchased = "redemption.purchased"
    /// A redemption is done.
    case redemptionCompleted = "redemption.completed"
    /// A redemption was canceled.
    case redemptionCanceled = "redemption.canceled"
    /// A wallet went up.
    case walletCredited = "wallet.credited"
    /// A wallet went down.
    case walletDebited = "wallet.debited"
    /// Points were set aside.
    case holdCreated = "wallet.hold_created"
    /// A hold was captured.
    case holdCaptured = "wallet.hold_captured"
    /// A hold was released.
    case holdReleased = "wallet.hold_released"
    /// A hold ran out.
    case holdExpired = "wallet.hold_expired"
    /// A member is new, or came back.
    case memberCreated = "member.created"
    /// A member's tier is another.
    case memberTierChanged = "member.tier_changed"
    /// A member was archived.
    case memberRemoved = "member.removed"
    /// The prepaid pool fell below its mark; once per crossing.
    case poolLow = "org.points.low"
    /// The prepaid pool was topped up.
    case poolPurchased = "org.points.purchased"
}
