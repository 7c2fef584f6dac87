import Cryptography
import Foundation

/// What an import has done of one file, kept beside it so that the next run goes on where this one stopped.
///
/// **Guarantees** Written under another name and renamed, so that it is whole or absent; it never runs ahead of what
/// the service acknowledged, and is believed only as far as the file still holds the very bytes that were sent. Losing
/// it costs time only: spends are idempotent by id.
struct ImportProgress: Codable, Equatable {
    /// More states than this are thinned out.
    private static let checkpointsMax = 256

    /// The service that acknowledged; another one has not seen these spends.
    let target: String
    var state = ImportState()
    /// Earlier states, in order, from which a run goes on when the file was changed behind them.
    private(set) var checkpoints: [ImportState] = []
    /// How many lines are between two of them.
    private(set) var checkpointLines = 1000
    /// Where the lines that were refused are.
    var rejectedPath = ""
    /// Whether everything the file held then is settled.
    var isFinished = false

    init(target: String) { self.target = target }

    static func path(for file: String) -> String { file + ".import-progress" }

    /// What an earlier run left for this service; it speaks of what the file was then, see ``verified(against:)``.
    static func load(for file: String, target: String) -> ImportProgress? {
        guard let data = FileManager.default.contents(atPath: path(for: file)),
            let progress = try? JSONDecoder().decode(ImportProgress.self, from: data), progress.target == target
        else { return nil }
        return progress
    }

    func save(for file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: Self.path(for: file)), options: .atomic)
    }

    static func remove(for file: String) {
        try? FileManager.default.removeItem(atPath: path(for: file))
    }

    /// Whether enough lines have been settled since the last checkpoint for another one.
    var isCheckpointDue: Bool {
        state.position.line - (checkpoints.last?.position.line ?? 1) >= checkpointLines
    }

    /// Keeps the state as one to go back to.
    mutating func addCheckpoint() {
        checkpoints.append(state)
        guard checkpoints.count > Self.checkpointsMax else { return }
        checkpoints = checkpoints.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        checkpointLines *= 2
    }

    /// Goes back to the last state that the file still agrees with.
    ///
    /// - Returns: The progress to go on from, the digest of the bytes before it, and the lines that are not what was
    ///   sent; nil when all are.
    /// **Cost** Reads the part of the file that was done.
    func verified(
        against file: String
    ) throws -> (progress: ImportProgress, digest: RunningDigest, changed: ClosedRange<Int>?) {
        var kept = ImportProgress(target: target)
        kept.rejectedPath = rejectedPath
        kept.checkpointLines = checkpointLines
        let digest = RunningDigest()
        guard let handle = FileHandle(forReadingAtPath: file) else { return (kept, digest, nil) }
        defer { try? handle.close() }
        for (index, next) in (checkpoints + [state]).enumerated() {
            let before = kept.state.position
            let isWhole = try digest.update(from: handle, count: next.position.offset - before.offset)
            guard isWhole, digest.hexadecimal == next.digest else {
                let again = RunningDigest()
                try handle.seek(toOffset: 0)
                _ = try again.update(from: handle, count: before.offset)
                return (kept, again, before.line...max(before.line, next.position.line - 1))
            }
            kept.state = next
            if index < checkpoints.count { kept.checkpoints.append(next) }
        }
        kept.isFinished = isFinished
        return (kept, digest, nil)
    }
}
