/// The outcome of one spend with what it was made from: stored once, never changed, replayed byte for byte (I-9).
///
/// **Guarantees** When it comes from ``SpendDecision``: legs, excluded and held sum to the amount (I-1), none is
/// negative, and ``check()`` passes.
public struct Decision: Sendable, Hashable {
    /// The purchase.
    public let input: SpendInput
    /// The version of the card's preference it was made under.
    public let preferenceVersion: Int64
    /// Where what nobody takes goes.
    public let fallback: FallbackPolicy
    /// The evidence of the fair split.
    public let certificate: Certificate
    /// The programs that were asked, in the order of the weights and the issuer's own program behind them; a program
    /// that refused all has an amount of zero.
    public let legs: [Leg]
    /// What earns nothing for good, in minor units.
    public let excludedMinor: Int64
    /// What waits for a link, in minor units.
    public let heldMinor: Int64
    /// Why something is excluded or held; nil when nothing is.
    public let remainderRule: RemainderRule?

    /// Makes a decision from stored parts; call ``check()`` before trusting it.
    public init(
        input: SpendInput, preferenceVersion: Int64, fallback: FallbackPolicy, certificate: Certificate, legs: [Leg],
        excludedMinor: Int64, heldMinor: Int64, remainderRule: RemainderRule?
    ) {
        self.input = input
        self.preferenceVersion = preferenceVersion
        self.fallback = fallback
        self.certificate = certificate
        self.legs = legs
        self.excludedMinor = excludedMinor
        self.heldMinor = heldMinor
        self.remainderRule = remainderRule
    }

    /// The rule that excluded something; nil when nothing is excluded.
    public var excludedRule: RemainderRule? { excludedMinor > 0 ? remainderRule : nil }

    /// What this decision was asked, for replaying it.
    public var request: DecisionRequest {
        var totals = [PeriodTotals?](repeating: nil, count: certificate.weights.count + 1)
        for leg in legs {
            if let index = programIndex(of: leg.programID) { totals[index] = leg.periodTotals }
        }
        return DecisionRequest(
            input: input, preferenceVersion: preferenceVersion, weights: certificate.weights,
            runningTotal: certificate.totalBefore, periodTotals: totals, fallback: fallback)
    }
}
