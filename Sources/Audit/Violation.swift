/// A row, or a missing one, that breaks a check.
package struct Violation: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What is broken.
    package let check: VerifyCheck
    /// The invariant that the check serves.
    package let invariant: String
    /// The table of the row.
    package let table: String
    /// The columns that name the row; ids only, nothing personal.
    package let key: [String: String]
    /// What should be there.
    package let expected: String
    /// What is there.
    package let found: String

    init(_ check: VerifyCheck, table: String, key: [String: String], expected: String, found: String) {
        self.check = check
        self.invariant = check.invariant
        self.table = table
        self.key = key
        self.expected = expected
        self.found = found
    }

    /// The violation in one line.
    package var description: String {
        let row = key.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return "\(check.rawValue) (\(invariant)) \(table) \(row): expected \(expected), found \(found)"
    }
}
