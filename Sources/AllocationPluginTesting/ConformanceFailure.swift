public import AllocationPlugin
import Rewards

/// One rule a plugin breaks, with the question that shows it.
public struct ConformanceFailure: Sendable, Hashable, CustomStringConvertible {
    /// The rule.
    public let property: ConformanceProperty
    /// The question; generated, so it holds no one's data.
    public let request: AllocationRequest
    /// What was answered and what would have been right.
    public let detail: String

    /// The failure in one line.
    public var description: String {
        let totals = request.periodTotals
        return
            "\(property.rawValue): must \(property.rule); \(detail) [share \(request.shareMinor) of "
            + "\(request.wholeMinor) "
            + "\(request.currency), code \"\(request.purchase.merchantCategoryCode)\", at "
            + "\(request.purchase.occurredAtMicros) µs, attributes "
            + "\(request.purchase.cardAttributes.sorted { $0.key < $1.key }), period "
            + "\(totals.acceptedMinor)/\(totals.earnedMicro)]"
    }
}
