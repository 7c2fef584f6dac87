/// A row, or a missing one, that breaks a check.
public struct Violation: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What is broken.
    public let check: VerifyCheck
    /// The invariant that the check serves.
    public let invariant: String
    /// The table of the row.
    public let table: String
    /// The columns that name the row; ids only, nothing personal.
    public let key: [String: String]
    /// What should be there.
    public let expected: String
    /// What is there.
    public let found: String

    init(_ check: VerifyCheck, table: String, key: [String: String], expected: String, found: String) {
        self.check = check
        self.invariant = check.invariant
        self.table = table
        self.key = key
        self.expected = expected
        self.found = found
    }

    /// The violation in one line.
    public var description: String {
        let row = key.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return "\(check.rawValue) (\(invariant)) \(table) \(row): expected \(expected), found \(found)"
    }
}

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

/// How far `verify` has come.
public struct VerifyProgress: Sendable, Hashable {
    /// What is being read.
    public let phase: String
    /// How many rows of it were read.
    public let rowsRead: Int64
    /// Roughly how many there are, by the database's own estimate; nil when it has none.
    public let rowsEstimated: Int64?
}
