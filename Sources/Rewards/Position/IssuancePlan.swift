/// Which issuances to make of what a position has pending.
///
/// **Guarantees** Each chunk is within the limits, the last one included; together they never exceed what is pending;
/// in debt there are none (I-7). What is left stays pending, fractions included.
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
