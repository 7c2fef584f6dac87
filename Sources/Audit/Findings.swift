/// What has been checked and found so far; memory stays bounded however much is wrong.
struct Findings: Sendable {
    private let listedPerCheckMax: Int
    // By the check's place in the list of all: counting is what every row does.
    private var checked = [Int64](repeating: 0, count: VerifyCheck.allCases.count)
    private var broken = [Int64](repeating: 0, count: VerifyCheck.allCases.count)
    private var skipped: [VerifyCheck: String] = [:]
    private var listed: [Violation] = []

    init(listedPerCheckMax: Int) {
        self.listedPerCheckMax = listedPerCheckMax
    }

    mutating func count(_ check: VerifyCheck, _ rows: Int64 = 1) {
        checked[check.place] += rows
    }

    mutating func skip(_ check: VerifyCheck, because reason: String) {
        skipped[check] = reason
    }

    mutating func add(
        _ check: VerifyCheck, table: String, key: [String: String], expected: String, found: String
    ) {
        broken[check.place] += 1
        guard broken[check.place] <= listedPerCheckMax else { return }
        listed.append(Violation(check, table: table, key: key, expected: expected, found: found))
    }

    /// Adds a violation unless the values are equal.
    mutating func expect<Value: Equatable>(
        _ check: VerifyCheck, table: String, key: @autoclosure () -> [String: String], _ what: String,
        _ expected: Value,
        _ found: Value
    ) {
        guard expected != found else { return }
        add(check, table: table, key: key(), expected: "\(what) \(expected)", found: "\(found)")
    }

    /// Adds what another reader has found.
    mutating func merge(_ other: Findings) {
        for place in checked.indices {
            checked[place] += other.checked[place]
            broken[place] += other.broken[place]
        }
        skipped.merge(other.skipped) { first, _ in first }
        listed += other.listed
    }

    /// The violations, check by check and row by row: one report, in whatever order the readers finish.
    var violations: [Violation] {
        var counts: [VerifyCheck: Int] = [:]
        let sorted = listed.map { (violation: $0, place: $0.check.place, text: $0.description) }
            .sorted { ($0.place, $0.text) < ($1.place, $1.text) }
        return sorted.map(\.violation).filter { violation in
            counts[violation.check, default: 0] += 1
            return counts[violation.check, default: 0] <= listedPerCheckMax
        }
    }

    var checks: [VerifyReport.Check] {
        VerifyCheck.allCases.map { check in
            VerifyReport.Check(
                name: check, invariant: check.invariant, checked: checked[check.place],
                violations: broken[check.place], skipped: skipped[check])
        }
    }
}
