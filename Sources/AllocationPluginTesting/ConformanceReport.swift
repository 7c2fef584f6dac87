import AllocationPlugin
import Rewards

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
            "\(plugin): \(passed ? "conforms" : "breaks \(failures.count) rules") (\(requestCount) questions, seed "
            + "\(seed))"
        return ([head] + failures.map { "  \($0)" }).joined(separator: "\n")
    }
}
