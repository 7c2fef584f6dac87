/// The state of an issuance; docs/issuance.md has the picture.
package enum IssuanceStatus: String, Sendable, Hashable, CaseIterable {
    /// On disk with its reference number; nothing of it is under way. Leaves by a claim, or by news from Cosmo.
    case planned
    /// Leased to a sender and perhaps sent. Leaves by the outcome, by news from Cosmo, or when the lease ends.
    case sending
    /// Cosmo answered with an id; not confirmed yet. Leaves by a webhook or a read.
    case accepted
    /// Webhook, read or operator vouched for it. Never left; contradicting news is flagged in `reason`.
    case confirmed
    /// Sent, outcome not known (I-6). Leaves by a read, a webhook, a late answer or an operator.
    case unknown
    /// Cosmo reports it with other facts than ours; only an operator leads out of it.
    case mismatched
    /// Not issued, permanently; its quantity is pending again.
    case parked
    /// Withdrawn before it could be at Cosmo: the position owes (I-7), or the card has another account.
    case withdrawn

    /// Which part of the position the issuance's quantity counts in (I-2).
    package var bucket: PositionBucket {
        switch self {
        case .planned, .sending, .accepted, .mismatched: .inFlight
        case .unknown: .unknown
        case .confirmed: .issued
        case .parked, .withdrawn: .pending
        }
    }
}
