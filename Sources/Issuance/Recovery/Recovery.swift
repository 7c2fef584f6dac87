public import PostgreSQL

/// Why issuing was stopped until the books were compared with Cosmo's.
public enum RecoveryCause: String, Sendable, Hashable, CaseIterable {
    /// Another cluster: its system identifier changed.
    case server
    /// A standby was promoted, or a backup was recovered to a point in time.
    case timeline
    /// Another database of the same cluster, such as one made from a dump.
    case database
    /// No instance had written a heartbeat for longer than `issuance.recoveryGap`: an older copy may have been restored.
    case gap
    /// An operator asked for it.
    case `operator`
}

/// A time in which nothing is sent to Cosmo, because the database may lack issues that Cosmo has.
public struct Recovery: Sendable, Hashable {
    /// Recoveries count up from 1.
    public let number: Int64
    /// Why it began.
    public let cause: RecoveryCause
    /// What changed, or what the operator said.
    public let detail: String
    /// When it began.
    public let begunAt: PostgresTimestamp
    /// The API client of the operator who began it; nil when the service did.
    public let begunBy: String?
    /// The start of the time that is compared: what was committed after this may be lost.
    public let compareFrom: PostgresTimestamp
    /// The end of the time that is compared.
    public let compareUntil: PostgresTimestamp
    /// A comparison that begins at or after this time sees everything that was sent before the recovery.
    public let finalAt: PostgresTimestamp
    /// When the latest complete comparison began; nil before the first.
    public let comparedAt: PostgresTimestamp?
    /// How many transactions Cosmo listed in that time.
    public let cosmoCount: Int64
    /// How many of them were issues in the books, adopted ones included.
    public let inBooksCount: Int64
    /// How many of them another system made, by their reference numbers.
    public let foreignCount: Int64
    /// Why the latest comparison did not reach its end, in UPPER_SNAKE; nil when it did.
    public let failure: String?
    /// How many issues were adopted since the recovery began.
    public let adoptedCount: Int64
    /// How many transactions of Cosmo are still unexplained.
    public let openCount: Int64
    /// When it ended; nil while nothing is sent.
    public let endedAt: PostgresTimestamp?
    /// `comparison`, or the API client of the operator who ended it.
    public let endedBy: String?
    /// What that operator wrote.
    public let evidence: String?
    /// The findings; empty in listings.
    public var findings: [RecoveryFinding] = []

    /// Whether the latest comparison saw everything that was sent before the recovery.
    public var isCompared: Bool { failure == nil && comparedAt.map { $0 >= finalAt } ?? false }
}

/// A transaction of Cosmo that was none of our issues when a recovery compared.
public struct RecoveryFinding: Sendable, Hashable {
    /// What it is.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Its reference number proves the card, and the issue is being adopted.
        case proven = "CARD_PROVEN"
        /// It has no reference number, or one that proves nothing: a person names the card.
        case unproven = "CARD_NOT_PROVEN"
        /// No card of ours fits its reference number.
        case noCard = "NO_CARD_FITS"
        /// It lacks its program or its value, or they cannot be an issue of ours.
        case incomplete = "TRANSACTION_INCOMPLETE"
        /// Cosmo does not report it as done.
        case notCompleted = "TRANSACTION_NOT_COMPLETED"
        /// The database refuses what it means for its issue: a row is damaged.
        case refusedByDatabase = "BOOKS_REFUSED"
        /// It failed at Cosmo, so nothing was issued.
        case failed = "TRANSACTION_FAILED"
    }

    /// Cosmo's transaction id.
    public let transactionID: String
    /// The reference number that Cosmo reports.
    public let referenceNumber: String?
    /// The program.
    public let programID: String?
    /// What it is.
    public let reason: Reason
    /// The card that its reference number proves; nil when it proves none.
    public let cardID: String?
    /// Cosmo's facts as JSON, without personal data.
    public let detailJSON: String
    /// The reference number of the issue that explains it; nil while it is open.
    public let adoptedAs: String?

    /// Whether the recovery waits for it.
    public var isOpen: Bool { adoptedAs == nil && reason != .failed }
}

/// A page of recoveries.
public struct RecoveryPage: Sendable, Hashable {
    /// The recoveries, newest first, without findings.
    public let recoveries: [Recovery]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
