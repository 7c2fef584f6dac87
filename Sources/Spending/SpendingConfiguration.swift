package import Rewards

/// How spends are batched and how long a call may take.
package struct SpendingConfiguration: Sendable {
    /// How many batches may be in flight at once.
    package var lanes: Int
    /// How many spends one transaction may hold.
    package var spendsPerBatchMax: Int
    /// How many spends may wait; one more is refused with `OVERLOADED`.
    package var spendsQueuedMax: Int
    /// A call whose deadline is nearer than this is refused with `TIME_LIMIT` instead of begun.
    package var timeLeftMin: Duration
    /// How often a batch is run again because other writers took its spend ids meanwhile.
    package var racesMax: Int
    /// How long a call waits while nobody gets its card's row, before it is answered `CONTENTION`.
    package var cardPatience: Duration
    /// Where the part of a spend goes that no program takes.
    package var fallback: FallbackPolicy
    /// Under which preference version a late clearing is decided.
    package var lateClearing: LateClearing
    /// How long a preview's token may be used.
    package var previewLifetime: Duration
    /// How a refund that names no spend finds those it is of.
    package var refundAttribution: AttributionPolicy
    /// Whether held money is decided as soon as a later version of the preference has links; if not, an operator
    /// decides.
    package var releasesHeldByItself: Bool
    /// How long money is held at most before it is excluded for good; nil for as long as it takes.
    package var heldLifetime: Duration?
    /// When purchases, refunds and authorisations may have happened.
    package var times: TimeRule

    /// Makes a configuration; every setting has a default fit for production.
    package init(
        lanes: Int = 2, spendsPerBatchMax: Int = 256, spendsQueuedMax: Int = 65_536,
        timeLeftMin: Duration = .milliseconds(20), racesMax: Int = 20,
        cardPatience: Duration = .seconds(10),
        fallback: FallbackPolicy = .standard, lateClearing: LateClearing = LateClearing(),
        previewLifetime: Duration = .seconds(600), refundAttribution: AttributionPolicy = .standard,
        releasesHeldByItself: Bool = true, heldLifetime: Duration? = nil, times: TimeRule = TimeRule()
    ) {
        self.lanes = lanes
        self.spendsPerBatchMax = spendsPerBatchMax
        self.spendsQueuedMax = spendsQueuedMax
        self.timeLeftMin = timeLeftMin
        self.racesMax = racesMax
        self.cardPatience = cardPatience
        self.fallback = fallback
        self.lateClearing = lateClearing
        self.previewLifetime = previewLifetime
        self.refundAttribution = refundAttribution
        self.releasesHeldByItself = releasesHeldByItself
        self.heldLifetime = heldLifetime
        self.times = times
    }
}
