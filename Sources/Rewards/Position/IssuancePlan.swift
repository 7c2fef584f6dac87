/// What a program allows to be issued at once, in whole units (points, or minor units of value).
public struct IssuanceLimits: Sendable, Hashable {
    /// The least whole units of one issuance, at least 1.
    public let minimumUnits: Int64
    /// The most whole units of one issuance, or nil for no limit.
    public let maximumUnits: Int64?

    /// Makes limits.
    ///
    /// **Errors** ``IssuancePlanError/limitsContradict`` when the minimum is below 1 or above the maximum.
    public init(minimumUnits: Int64 = 1, maximumUnits: Int64? = nil) throws(IssuancePlanError) {
        guard minimumUnits >= 1, minimumUnits <= maximumUnits ?? Int64.max else { throw .limitsContradict }
        self.minimumUnits = minimumUnits
        self.maximumUnits = maximumUnits
    }
}

/// Which issuances to make of what a position has pending.
///
/// **Guarantees** Each chunk is within the limits, the last one included; together they never exceed what is pending; in
/// debt there are none (I-7). What is left stays pending, fractions included.
public struct IssuancePlan: Sendable, Hashable {
    /// The whole units of each issuance, in order.
    public let chunks: [Int64]
    /// Millionths that the chunks take from the position.
    public let plannedMicro: Int64
    /// Millionths that stay pending.
    public let leftMicro: Int64

    /// Plans the issuances of a position.
    ///
    /// - Parameters:
    ///   - unitMicro: millionths in one whole unit: 1,000,000 for points or for minor units of value.
    ///   - chunkCountMax: the most issuances to plan at once; the rest stays pending for the next plan.
    /// **Errors** ``IssuancePlanError/unitNotPositive``.
    public static func plan(
        for position: Position, unitMicro: Int64, limits: IssuanceLimits, chunkCountMax: Int = 100
    ) throws(IssuancePlanError) -> IssuancePlan {
        try plan(
            pendingMicro: position.pendingMicro, unitMicro: unitMicro, limits: limits, chunkCountMax: chunkCountMax)
    }

    /// Plans the issuances of a pending amount; a negative one is a debt, and nothing is issued.
    public static func plan(
        pendingMicro: Int64, unitMicro: Int64, limits: IssuanceLimits, chunkCountMax: Int = 100
    ) throws(IssuancePlanError) -> IssuancePlan {
        guard unitMicro > 0 else { throw .unitNotPositive }
        let units = max(pendingMicro, 0) / unitMicro
        let chunkUnits = min(limits.maximumUnits ?? units, units)
        guard chunkUnits >= limits.minimumUnits, chunkCountMax > 0 else {
            return IssuancePlan(chunks: [], plannedMicro: 0, leftMicro: pendingMicro)
        }
        let (fullChunks, rest) = units.quotientAndRemainder(dividingBy: chunkUnits)
        var chunks = [Int64](repeating: chunkUnits, count: Int(min(fullChunks, Int64(chunkCountMax))))
        if rest >= limits.minimumUnits, chunks.count < chunkCountMax { chunks.append(rest) }
        // No sum below can overflow: it is at most the pending amount.
        let planned = chunks.reduce(0, +) * unitMicro
        return IssuancePlan(chunks: chunks, plannedMicro: planned, leftMicro: pendingMicro - planned)
    }
}

/// Why no plan can be made.
public enum IssuancePlanError: String, ReasonedError {
    /// The minimum is below 1 or above the maximum.
    case limitsContradict = "ISSUANCE_LIMITS_CONTRADICT"
    /// A whole unit has no millionths.
    case unitNotPositive = "ISSUANCE_UNIT_NOT_POSITIVE"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What to do about it, for people.
    public var description: String {
        switch self {
        case .limitsContradict: "the program's minimum must be at least 1 and not above its maximum"
        case .unitNotPositive: "the program's whole unit must be above zero"
        }
    }
}
