public import PostgreSQL

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
