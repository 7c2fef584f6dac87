/// What `verify` found, for machines and people.
package struct VerifyReport: Sendable, Codable {
    /// One check's part of the report.
    package struct Check: Sendable, Hashable, Codable {
        /// The check.
        package let name: VerifyCheck
        /// The invariant it serves.
        package let invariant: String
        /// How many rows or groups of rows it looked at.
        package let checked: Int64
        /// How many of them break it.
        package let violations: Int64
        /// Why it was not made; nil when it was.
        package let skipped: String?
    }

    /// When the snapshot was taken, RFC 3339.
    package let startedAt: String
    /// How long it took, in milliseconds.
    package let durationMilliseconds: Int64
    /// Every check, in a fixed order.
    package let checks: [Check]
    /// The violations check by check and row by row, the first ones of each check; see ``Check/violations`` for how
    /// many there are.
    package let violations: [Violation]
    /// The coverage table, when it was asked for.
    package let coverage: VerifyCoverage?

    /// Whether every check that was made holds.
    package var isClean: Bool { checks.allSatisfy { $0.violations == 0 } }
    /// How many violations there are, those that are not listed included.
    package var violationCount: Int64 { checks.reduce(0) { $0 + $1.violations } }
}
