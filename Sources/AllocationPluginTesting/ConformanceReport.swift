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
            "\(property.rawValue): must \(property.rule); \(detail) [share \(request.shareMinor) of \(request.wholeMinor) "
            + "\(request.currency), code \"\(request.purchase.merchantCategoryCode)\", at \(request.purchase.occurredAtMicros) µs, attributes "
            + "\(request.purchase.cardAttributes.sorted { $0.key < $1.key }), period \(totals.acceptedMinor)/\(totals.earnedMicro)]"
    }
}

/// What the conformance suite found.
public struct ConformanceReport: Sendable, Hashable, CustomStringConvertible {
    /// The plugin's name and version.
    public let plugin: String
    /// The seed of the questions: the same seed asks the same.
    public let seed: UInt64
    /// How many questions were drawn; each is asked about many shares.
    public let requestCount: Int
    /// The first failure of each property that is broken.
    public let failures: [ConformanceFailure]

    /// True when no property is broken, so that the plugin may be activated.
    public var passed: Bool { failures.isEmpty }

    /// The report as text, one line for each failure.
    public var description: String {
        let head =
            "\(plugin): \(passed ? "conforms" : "breaks \(failures.count) rules") (\(requestCount) questions, seed \(seed))"
        return ([head] + failures.map { "  \($0)" }).joined(separator: "\n")
    }
}
