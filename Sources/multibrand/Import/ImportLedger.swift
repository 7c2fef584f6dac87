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
    /// Of every byte of the file before the progress's position, as it was when it was sent.
    private let digest: RunningDigest
    /// How many lines this run has settled.
    private(set) var settledLines: Int64 = 0

    init(
        file: String, bytes: Int64, progress: ImportProgress, digest: RunningDigest, rejectedPath: String,
        showsProgress: Bool
    ) throws {
        self.file = file
        self.progress = progress
        self.digest = digest
        let keeping = progress.rejectedPath == rejectedPath ? progress.state.rejectedBytes : 0
        rejected = try RejectedLines(path: rejectedPath, keeping: keeping)
        self.progress.rejectedPath = rejectedPath
        self.progress.isFinished = false
        bar = showsProgress ? ProgressBar("import", total: bytes) : nil
    }

    /// Writes lines down in the order of the file.
    mutating func settle(_ entries: [ImportWindow.Entry]) throws {
        for entry in entries {
            switch entry.verdict {
            case .recorded: progress.state.recorded += 1
            case .repeated: progress.state.repeated += 1
            case .rejected(let reason, let message):
                progress.state.rejectedByReason[reason, default: 0] += Int64(entry.line.refused.count)
                for line in entry.line.refused {
                    try rejected.add(line: line.number, spendID: line.spendID, reason: reason, message: message)
                }
            case nil: preconditionFailure("a line without a verdict was taken for settled")
            }
            try advance(to: entry.line.position, over: entry.line.bytes)
            if progress.isCheckpointDue { keepCheckpoint() }
        }
        settledLines += Int64(entries.count)
        linesSinceSave += entries.count
        if linesSinceSave >= Self.linesBetweenSaves { try save() }
        showProgress()
    }

    /// Puts the progress on disk; the rejected lines it counts are there before it.
    mutating func save() throws {
        try rejected.synchronize()
        note()
        try progress.save(for: file)
        linesSinceSave = 0
    }

    /// Says that the file is done up to where it was read.
    ///
    /// - Parameter bytes: The blank lines behind the last record.
    mutating func finish(at position: ImportPosition, over bytes: [UInt8]?) throws {
        try advance(to: position, over: bytes)
        progress.isFinished = true
        try save()
        let speed = speed
        bar?.finish(done: progress.state.position.offset, note: speed)
    }

    /// Says on the bar that nothing moves at the moment, and why.
    mutating func wait(because problem: String) {
        bar?.update(done: progress.state.position.offset, note: "waiting: \(TextTable.printable(problem))")
    }

    private mutating func advance(to position: ImportPosition, over bytes: [UInt8]?) throws {
        if let bytes {
            digest.update(bytes)
        } else if let handle = FileHandle(forReadingAtPath: file) {
            // A line too long to be kept.
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(progress.state.position.offset))
            _ = try digest.update(from: handle, count: position.offset - progress.state.position.offset)
        }
        progress.state.position = position
    }

    private mutating func keepCheckpoint() {
        note()
        progress.addCheckpoint()
    }

    /// Brings the state's digest and its part of the rejected lines up to its position.
    private mutating func note() {
        progress.state.digest = digest.hexadecimal
        progress.state.rejectedBytes = rejected.bytes
    }

    private mutating func showProgress() {
        guard bar != nil else { return }
        let speed = speed
        bar?.update(done: progress.state.position.offset, note: speed)
    }

    private var speed: String {
        let (seconds, attoseconds) = (ContinuousClock.now - started).components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        var note = "\(settledLines * 1000 / milliseconds) lines/s"
        if progress.state.rejected > 0 { note += ", \(progress.state.rejected) rejected" }
        return note
    }
}
