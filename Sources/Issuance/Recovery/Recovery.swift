package import PostgreSQL

/// A time in which nothing is sent to Cosmo, because the database may lack issuances that Cosmo has.
package struct Recovery: Sendable, Hashable {
    /// Recoveries count up from 1.
    package let number: Int64
    /// Why it began.
    package let cause: RecoveryCause
    /// What changed, or what the operator said.
    package let detail: String
    /// When it began.
    package let begunAt: PostgresTimestamp
    /// The API client of the operator who began it; nil when the service did.
    package let begunBy: String?
    /// The start of the time that is compared: what was committed after this may be lost.
    package let compareFrom: PostgresTimestamp
    /// The end of the time that is compared.
    package let compareUntil: PostgresTimestamp
    /// A comparison that begins at or after this time sees everything that was sent before the recovery.
    package let finalAt: PostgresTimestamp
    /// When the latest complete comparison began; nil before the first.
    package let comparedAt: PostgresTimestamp?
    /// How many transactions Cosmo listed in that time.
    package let cosmoCount: Int64
    /// How many of them were issuances in the books, adopted ones included.
    package let inBooksCount: Int64
    /// How many of them another system made, by their reference numbers.
    package let foreignCount: Int64
    /// Why the latest comparison did not reach its end, in UPPER_SNAKE; nil when it did.
    package let failure: String?
    /// How many issuances were adopted since the recovery began.
    package let adoptedCount: Int64
    /// How many transactions of Cosmo are still unexplained.
    package let openCount: Int64
    /// When it ended; nil while nothing is sent.
    package let endedAt: PostgresTimestamp?
    /// `comparison`, or the API client of the operator who ended it.
    package let endedBy: String?
    /// What that operator wrote.
    package let evidence: String?
    /// The findings; empty in listings.
    package var findings: [RecoveryFinding] = []

    /// Whether the latest comparison saw everything that was sent before the recovery.
    package var isCompared: Bool { failure == nil && comparedAt.map { $0 >= finalAt } ?? false }
}
