public import Cosmo
public import PostgreSQL
public import Rewards

/// One issue asked of Cosmo, as its row holds it.
///
/// **Guarantees** What was decided at planning (`let`) never changes afterwards; only its state does.
public struct IssuanceRecord: Sendable, Hashable {
    /// The card whose position it issues from.
    public let cardID: String
    /// Our unique reference, on disk before the first send (I-6).
    public let referenceNumber: String
    /// The order of planning over all cards; listings page by it.
    public let number: Int64
    /// The program, by Cosmo's id.
    public let programID: String
    /// What the quantity counts.
    public let unit: RewardUnit
    /// What it takes from the position, in millionths of the unit.
    public let quantityMicro: Int64
    /// The integer sent to Cosmo: points, or value in the configured unit.
    public let sentValue: Int64
    /// How many millionths of the unit one of the value sent is worth; nil for what was planned before this was kept.
    public internal(set) var sentUnitMicro: Int64?
    /// The digest over what was decided at planning; nil for what was planned before this was kept.
    public internal(set) var plannedDigest: [UInt8]?
    /// `POINTS` or the currency's ISO 4217 code.
    public let sentCurrency: String
    /// The member's account it is issued to.
    public let account: CosmoAccount
    /// When it was planned.
    public let createdAt: PostgresTimestamp

    /// Its state.
    public var status: IssuanceStatus
    /// Why it is in this state, in UPPER_SNAKE; on a confirmed issue a flag that later news contradicts it.
    public var reason: String?
    /// Cosmo's transaction id, once known.
    public var cosmoTransactionID: String?
    /// The points Cosmo says were issued, a decimal.
    public var totalPoints: String?
    /// How often it was handed to a sender.
    public var attempts: Int
    /// How often Cosmo was asked about it with an answer.
    public var reads: Int
    /// How many of the latest reads, late enough to count, found nothing.
    public var absentReads: Int
    /// When to send it, when its lease ends, or when to read it; nil when nothing is to be done by itself.
    public var dueAt: PostgresTimestamp?
    /// The lease of the sender that has it.
    public var leaseID: String?
    /// When it was first handed to a sender.
    public var firstSentAt: PostgresTimestamp?
    /// The latest time at which something of it may have been sent: when it was handed to a sender, when a call with unknown
    /// outcome ended, or the time that Cosmo lists for it when our claim was lost.
    public var lastSentAt: PostgresTimestamp?
    /// When Cosmo answered with an id.
    public var acceptedAt: PostgresTimestamp?
    /// When it was confirmed or parked.
    public var settledAt: PostgresTimestamp?
    /// Who confirmed or parked it.
    public var settledBy: SettledBy?
    /// What an operator saw, and where, when one settled it.
    public var evidence: String?
    /// The API client of that operator.
    public var evidenceBy: String?
    /// Since when a parked issue's quantity may be planned again, or when an operator looked at a confirmed one that later
    /// news contradicts; nil while it waits for a person.
    public var resolvedAt: PostgresTimestamp?
    /// When it was taken into the books, after a failover or a restore had lost it; nil for every other issue.
    public internal(set) var adoptedAt: PostgresTimestamp?
    /// Which of the wallet's two worlds it was paid into, `SANDBOX` or `LIVE`; nil for what is not paid into the wallet.
    public internal(set) var walletEnvironment: String?

    /// The position it belongs to.
    public var positionKey: PositionKey { PositionKey(cardID: cardID, programID: programID, unit: unit) }

    /// Whether nothing but a person leads on: it is mismatched, unknown without another read to come, refused and not
    /// retried, or contradicted after it was confirmed and not looked at.
    ///
    /// `IssuanceStore.waiting` says the same in SQL.
    public var waitsForPerson: Bool {
        switch status {
        case .mismatched: true
        case .unknown: dueAt == nil
        case .parked, .confirmed: reason != nil && resolvedAt == nil
        case .planned, .sending, .accepted, .withdrawn: false
        }
    }
}
