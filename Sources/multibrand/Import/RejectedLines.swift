import Foundation

/// The lines that could not be recorded, with their reasons, as a CSV file.
///
/// **Guarantees** An import that goes on cuts the file back to what its progress knows, so that no line is in it twice.
/// A file that is not ours is never overwritten.
struct RejectedLines {
    private static let head = "line,spend_id,reason,message\n"

    let path: String
    private var handle: FileHandle?
    /// How long the file is; zero when there is none yet.
    private(set) var bytes: UInt64 = 0

    /// Goes on with an earlier import's file, or makes way for a new one; that is made with its first line.
    ///
    /// - Parameter keeping: How much of the file belongs to the import that goes on; zero starts a new one.
    init(path: String, keeping: UInt64) throws {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let existing = FileHandle(forUpdatingAtPath: path) else { throw Self.unwritable(path) }
        let size = try existing.seekToEnd()
        try existing.seek(toOffset: 0)
        let beginning = try existing.read(upToCount: Self.head.utf8.count) ?? Data()
        guard size == 0 || beginning == Data(Self.head.utf8) else {
            throw PurchaseProblem(
                reason: "NOT_OURS",
                message: "\(path) exists already and is no file of rejected lines; name another with --rejected")
        }
        guard keeping > 0, size >= keeping else {
            try existing.close()
            try FileManager.default.removeItem(atPath: path)
            return
        }
        try existing.truncate(atOffset: keeping)
        try existing.seek(toOffset: keeping)
        handle = existing
        bytes = keeping
    }

    mutating func add(line: Int, spendID: String, reason: String, message: String) throws {
        let cells = ["\(line)", spendID, reason, message].map(Self.quoted)
        try write(cells.joined(separator: ",") + "\n")
    }

    /// Returns once what was added is on disk.
    func synchronize() throws { try handle?.synchronize() }

    private mutating func write(_ text: String) throws {
        if handle == nil {
            guard FileManager.default.createFile(atPath: path, contents: Data(Self.head.utf8)),
                let created = FileHandle(forWritingAtPath: path)
            else { throw Self.unwritable(path) }
            bytes = try created.seekToEnd()
            handle = created
        }
        let data = Data(text.utf8)
        try handle?.write(contentsOf: data)
        bytes += UInt64(data.count)
    }

    private static func unwritable(_ path: String) -> PurchaseProblem {
        PurchaseProblem(reason: "NO_FILE", message: "\(path) cannot be written; name another with --rejected")
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
