/// The state of an issue; docs/issuance.md has the picture.
public enum IssuanceStatus: String, Sendable, Hashable, CaseIterable {
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

    /// Which part of the position the quantity counts in (I-2).
    public var bucket: PositionBucket {
        switch self {
        case .planned, .sending, .accepted, .mismatched: .inFlight
        case .unknown: .unknown
        case .confirmed: .issued
        case .parked, .withdrawn: .pending
        }
    }
}

/// The parts of a position that an issue's quantity can be in.
public enum PositionBucket: Sendable, Hashable {
    /// Not in any issue: pending, or covering a debt. Not stored; it is what remains of the others (I-2).
    case pending
    /// Planned, sent, accepted or mismatched.
    case inFlight
    /// Sent, with an unknown outcome.
    case unknown
    /// Confirmed.
    case issued
}

/// Who ended an issue.
public enum SettledBy: String, Sendable, Hashable, CaseIterable {
    /// Cosmo's transaction webhook.
    case webhook
    /// A read from Cosmo.
    case read
    /// A person, with evidence.
    case `operator`
    /// Cosmo's refusal.
    case refusal
    /// The position owes.
    case debt
    /// The card's account with the program changed before the issue was sent.
    case account
    /// The sender, which found that what it would send does not follow from what was planned.
    case check
    /// The issuer's own wallet, which was paid in the transaction that wrote the issuance.
    case wallet
}
