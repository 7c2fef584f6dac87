/// The reasons that this room stores with an issuance or a position, in UPPER_SNAKE; Cosmo's own refusals keep theirs.
///
/// docs/issuance.md describes what an operator does about each.
package enum IssuanceReason {
    /// Its sender ended without reporting an outcome.
    package static let leaseExpired = "LEASE_EXPIRED"
    /// Reads say Cosmo does not have it, so it is sent again under the same reference.
    package static let resentAfterAbsence = "RESENT_AFTER_ABSENCE"
    /// Reads found nothing, and it may not be sent again without a person.
    package static let absentAwaitsOperator = "ABSENT_AWAITS_OPERATOR"
    /// Refused when sent again after an unknown outcome, so the refusal alone does not prove that nothing was issued.
    package static let refusedOnResend = "REFUSED_ON_RESEND"
    /// Cosmo gave an id and afterwards did not know the transaction.
    package static let acceptedButAbsent = "ACCEPTED_BUT_ABSENT"
    /// Cosmo reports it as issued after it was parked as not issued.
    package static let issuedAfterParked = "ISSUED_AFTER_PARKED"
    /// Cosmo reports it as issued after it was withdrawn as certainly not sent.
    package static let issuedAfterWithdrawn = "ISSUED_AFTER_WITHDRAWN"
    /// Withdrawn before it could be at Cosmo: the position owes (I-7).
    package static let positionOwes = "POSITION_OWES"
    /// Withdrawn before it could be at Cosmo: the card now has another account with the program.
    package static let accountChanged = "ACCOUNT_CHANGED"
    /// Not found by its reference, but Cosmo lists a transaction of the same program and value that is none of our
    /// issuances.
    package static let lookalikeAwaitsOperator = "LOOKALIKE_AWAITS_OPERATOR"
    /// Cosmo reports it with a status that says it failed.
    package static let cosmoStatusFailed = "COSMO_STATUS_FAILED"
    /// Cosmo reports it with a status whose meaning is not known.
    package static let cosmoStatusUnrecognised = "COSMO_STATUS_UNRECOGNISED"
    /// What would have been sent does not follow from what was planned: the row was changed, or the configured unit of
    /// value was.
    package static let notAsPlanned = "NOT_AS_PLANNED"
    /// An operator's evidence says that Cosmo does not have it.
    package static let operatorNotIssued = "OPERATOR_NOT_ISSUED"

    /// Only Cosmo had it, after a failover or a restore; it was adopted.
    package static let adopted = "ADOPTED"

    /// Cosmo lists a transaction that is none of our issuances.
    package static let notOurs = "NOT_OURS"
    /// Cosmo does not know an issuance that we hold for confirmed.
    package static let absentAtCosmo = "ABSENT_AT_COSMO"
    /// Cosmo's listing lacks an issuance that we hold for confirmed, and a read did not settle whether it has it.
    package static let notListed = "NOT_LISTED"
    /// Cosmo lists it with too few facts to settle it.
    package static let notSettled = "NOT_SETTLED"
    /// Cosmo lists it as not done yet.
    package static let cosmoStatusPending = "COSMO_STATUS_PENDING"

    /// The card is not linked to the program, and no earlier link is stored.
    package static let linkMissing = "LINK_MISSING"
    /// The link's account was not checked with the program yet.
    package static let linkUnchecked = "LINK_UNCHECKED"
    /// The program does not accept the link's account.
    package static let linkInvalid = "LINK_INVALID"
    /// The link is disputed: nothing is issued until it is resolved or the waiting time is over.
    package static let linkHeld = "LINK_HELD"
    /// Nothing is known of the program.
    package static let programUnknown = "PROGRAM_UNKNOWN"
    /// Cosmo's catalogue no longer lists the program.
    package static let programUnlisted = "PROGRAM_UNLISTED"
    /// An operator paused issuing for the program.
    package static let programPaused = "PROGRAM_PAUSED"
    /// The program's limits leave no amount that may be issued.
    package static let limitsContradict = "ISSUANCE_LIMITS_CONTRADICT"
    /// The card's currency is not the one Cosmo takes value in.
    package static let currencyMismatch = "ISSUE_CURRENCY_MISMATCH"
    /// The database refused the plan of the position; it is retried automatically.
    package static let planningRefused = "PLANNING_REFUSED"
    /// The wallet is paid in points, and the program's plugin earns value: configure one that earns points.
    package static let walletNeedsPoints = "WALLET_NEEDS_POINTS"
    /// The member who would be paid was removed from the wallet; retried automatically.
    package static let walletMemberArchived = "WALLET_MEMBER_ARCHIVED"
    /// The wallet's prepaid pool does not cover the payment; retried automatically.
    package static let insufficientOrgPoints = "INSUFFICIENT_ORG_POINTS"
    /// The member's lifetime total would pass the largest number that the wallet can hold.
    package static let walletFull = "WALLET_FULL"
    /// The position's card is not registered; `verify` names it.
    package static let cardUnknown = "CARD_UNKNOWN"
    /// The program pays into the wallet, and this service has none.
    package static let walletMissing = "WALLET_MISSING"
    /// The position's sums do not fit; `verify` names the row.
    package static let positionBroken = "POSITION_BROKEN"
}
