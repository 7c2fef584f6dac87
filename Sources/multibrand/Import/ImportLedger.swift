import Foundation

/// What an import keeps of what was settled: counts, the rejected lines, the progress beside the file, the bar.
struct ImportLedger {
    private static let linesBetweenSaves = 5000

    let file: String
    private(set) var progress: ImportProgress
    private var rejected: RejectedLines
    private var bar: ProgressBar?
    private var linesSinceSave = 0
    private let started = ContinuousClock.now
    /// How many lines this run has settled.
    private(set) var settledLines: Int64 = 0

    init(file: String, bytes: Int64, progress: ImportProgress, rejectedPath: String, showsProgress: Bool) throws {
        self.file = file
        self.progress = progress
        let keeping = progress.rejectedPath == rejectedPath ? progress.rejectedBytes : 0
        rejected = try RejectedLines(path: rejectedPath, keeping: keeping)
        self.progress.rejectedPath = rejectedPath
        self.progress.isFinished = false
        bar = showsProgress ? ProgressBar("import", total: bytes) : nil
    }

    /// Writes lines down in the order of the file.
    mutating func settle(_ entries: [ImportWindow.Entry]) throws {
        for entry in entries {
            switch entry.verdict {
            case .recorded: progress.recorded += 1
            case .repeated: progress.repeated += 1
            case .rejected(let reason, let message):
                progress.rejectedByReason[reason, default: 0] += 1
                try rejected.add(line: entry.line.number, spendID: entry.line.spendID, reason: reason, message: message)
            case nil: preconditionFailure("a line without a verdict was taken for settled")
            }
            progress.position = entry.line.position
        }
        settledLines += Int64(entries.count)
        linesSinceSave += entries.count
        if linesSinceSave >= Self.linesBetweenSaves { try save() }
        showProgress()
    }

    /// Puts the progress on disk; the rejected lines it counts are there before it.
    mutating func save() throws {
        try rejected.synchronize()
        progress.rejectedBytes = rejected.bytes
        try progress.save(for: file)
        linesSinceSave = 0
    }

    /// Says that the file is done up to where it was read.
    mutating func finish(at position: ImportPosition) throws {
        progress.position = position
        progress.isFinished = true
        try save()
        let note = note
        bar?.finish(done: progress.position.offset, note: note)
    }

    /// Says on the bar that nothing moves at the moment, and why.
    mutating func wait(because problem: String) {
        bar?.update(done: progress.position.offset, note: "waiting: \(TextTable.printable(problem))")
    }

    private mutating func showProgress() {
        guard bar != nil else { return }
        let note = note
        bar?.update(done: progress.position.offset, note: note)
    }

    private var note: String {
        let (seconds, attoseconds) = (ContinuousClock.now - started).components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        var note = "\(settledLines * 1000 / milliseconds) lines/s"
        if progress.rejected > 0 { note += ", \(progress.rejected) rejected" }
        return note
    }
}
