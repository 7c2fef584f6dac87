/// What has been checked and found so far; memory stays bounded however much is wrong.
struct Findings: Sendable {
    private let listedPerCheckMax: Int
    private var checked: [VerifyCheck: Int64] = [:]
    private var broken: [VerifyCheck: Int64] = [:]
    private var skipped: [VerifyCheck: String] = [:]
    private(set) var violations: [Violation] = []

    init(listedPerCheckMax: Int) {
        self.listedPerCheckMax = listedPerCheckMax
    }

    mutating func count(_ check: VerifyCheck, _ rows: Int64 = 1) {
        checked[check, default: 0] += rows
    }

    mutating func skip(_ check: VerifyCheck, because reason: String) {
        skipped[check] = reason
    }

    mutating func add(
        _ check: VerifyCheck, table: String, key: [String: String], expected: String, found: String
    ) {
        let count = broken[check, default: 0] + 1
        broken[check] = count
        guard count <= listedPerCheckMax else { return }
        violations.append(Violation(check, table: table, key: key, expected: expected, found: found))
    }

    /// Counts a row for a check, and its violation unless the values are equal.
    mutating func expect<Value: Equatable>(
        _ check: VerifyCheck, table: String, key: @autoclosure () -> [String: String], _ what: String,
        _ expected: Value,
        _ found: Value
    ) {
        guard expected != found else { return }
        add(check, table: table, key: key(), expected: "\(what) \(expected)", found: "\(found)")
    }

    var checks: [VerifyReport.Check] {
        VerifyCheck.allCases.map { check in
            VerifyReport.Check(
                name: check, invariant: check.invariant, checked: checked[check] ?? 0, violations: broken[check] ?? 0,
                skipped: skipped[check])
        }
    }
}
