import Foundation

/// What has become of the lines of a file, earlier runs that this one went on from included.
///
/// **Guarantees** Every line of the file is counted once: ``lines`` is the sum of the header, the blank lines, the
/// recorded, the repeated, the rejected, those that belong to a record which began before, and those that were left.
struct ImportSummary: Codable {
    let file: String
    /// How many lines the file has.
    let lines: Int64
    /// The header of a CSV file: 1, or 0.
    let header: Int64
    let blank: Int64
    /// Lines that belong to a recorded purchase which began on an earlier line.
    let continuations: Int64
    let recorded: Int64
    /// Recorded before: the same spend id with the same content.
    let repeated: Int64
    let rejected: Int64
    let rejectedByReason: [String: Int64]
    /// Lines at the end that were not taken, because the last one has no line break yet.
    let left: Int64
    /// The first of them; nil when there is none.
    let firstLeftLine: Int?
    /// The first line that is not what an earlier run sent, from which this run sent everything again; nil when there
    /// is none.
    let changedFromLine: Int?
    /// The file of rejected lines; nil when none was.
    let rejectedFile: String?
    /// Whether an earlier run had done everything, so that this one did nothing.
    let wasFinished: Bool
    let durationMilliseconds: Int64

    init(
        _ progress: ImportProgress, file: String, left: ClosedRange<Int>? = nil, changed: ClosedRange<Int>? = nil,
        wasFinished: Bool, duration: Duration
    ) {
        let state = progress.state
        self.file = file
        header = state.position.header == nil ? 0 : 1
        blank = state.position.blankLines
        continuations = state.position.continuationLines
        recorded = state.recorded
        repeated = state.repeated
        rejected = state.rejected
        rejectedByReason = state.rejectedByReason
        self.left = Int64(left?.count ?? 0)
        firstLeftLine = left?.lowerBound
        changedFromLine = changed?.lowerBound
        lines = Int64(state.position.line - 1) + self.left
        rejectedFile = state.rejected > 0 ? progress.rejectedPath : nil
        self.wasFinished = wasFinished
        let (seconds, attoseconds) = duration.components
        durationMilliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// Whether every line of the file is in one of the numbers.
    var addsUp: Bool { header + blank + continuations + recorded + repeated + rejected + left == lines }

    var table: String {
        var table = TextTable([.text("purchases"), .number("lines")])
        table.add(["recorded", "\(recorded)"])
        table.add(["recorded before", "\(repeated)"])
        for (reason, count) in rejectedByReason.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            table.add(["rejected: \(reason)", "\(count)"])
        }
        for (what, count) in [
            ("header", header), ("blank", blank), ("further lines of a purchase", continuations),
            ("left: not finished yet", left),
        ] where count > 0 {
            table.add([what, "\(count)"])
        }
        table.add(["the file", "\(lines)"])
        return table.rendered()
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
