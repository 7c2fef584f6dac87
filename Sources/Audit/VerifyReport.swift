/// What `verify` found, for machines and people.
public struct VerifyReport: Sendable, Codable {
    /// One check's part of the report.
    public struct Check: Sendable, Hashable, Codable {
        /// The check.
        public let name: VerifyCheck
        /// The invariant it serves.
        public let invariant: String
        /// How many rows or groups of rows it looked at.
        public let checked: Int64
        /// How many of them break it.
        public let violations: Int64
        /// Why it was not made; nil when it was.
        public let skipped: String?
    }

    /// When the snapshot was taken, RFC 3339.
    public let startedAt: String
    /// How long it took, in milliseconds.
    public let durationMilliseconds: Int64
    /// Every check, in a fixed order.
    public let checks: [Check]
    /// The violations check by check and row by row, the first ones of each check; see ``Check/violations`` for how many
    /// there are.
    public let violations: [Violation]
    /// The coverage table, when it was asked for.
    public let coverage: VerifyCoverage?

    /// Whether every check that was made holds.
    public var isClean: Bool { checks.allSatisfy { $0.violations == 0 } }
    /// How many violations there are, those that are not listed included.
    public var violationCount: Int64 { checks.reduce(0) { $0 + $1.violations } }
}
