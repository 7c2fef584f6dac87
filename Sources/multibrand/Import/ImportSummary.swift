import Foundation

/// What has become of the lines of a file, earlier runs that this one went on from included.
struct ImportSummary: Codable {
    let file: String
    let recorded: Int64
    /// Recorded before: the same spend id with the same content.
    let repeated: Int64
    let rejected: Int64
    let rejectedByReason: [String: Int64]
    /// The file of rejected lines; nil when none was.
    let rejectedFile: String?
    /// Whether an earlier run had done everything, so that this one did nothing.
    let wasFinished: Bool
    let durationMilliseconds: Int64

    init(_ progress: ImportProgress, file: String, wasFinished: Bool, duration: Duration) {
        self.file = file
        recorded = progress.recorded
        repeated = progress.repeated
        rejected = progress.rejected
        rejectedByReason = progress.rejectedByReason
        rejectedFile = progress.rejected > 0 ? progress.rejectedPath : nil
        self.wasFinished = wasFinished
        let (seconds, attoseconds) = duration.components
        durationMilliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    var table: String {
        var table = TextTable([.text("purchases"), .number("lines")])
        table.add(["recorded", "\(recorded)"])
        table.add(["recorded before", "\(repeated)"])
        for (reason, count) in rejectedByReason.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            table.add(["rejected: \(reason)", "\(count)"])
        }
        return table.rendered()
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
