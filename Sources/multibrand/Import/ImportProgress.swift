import Foundation

/// Where in a file an import is to go on.
struct ImportPosition: Codable, Equatable {
    let offset: Int64
    let line: Int
    let header: [String]?
}

/// What an import has done of one file, kept beside it so that the next run goes on where this one stopped.
///
/// **Guarantees** Written anew and renamed, so that it is whole or absent; it never runs ahead of what the service
/// acknowledged. Losing it costs time only: spends are idempotent by id.
struct ImportProgress: Codable, Equatable {
    var position: ImportPosition
    /// The file's size when it was written; another size of a shorter file means another file.
    var size: Int64
    var recorded: Int64 = 0
    var replayed: Int64 = 0
    var rejected: Int64 = 0

    static func path(for file: String) -> String { file + ".import-progress" }

    /// What an earlier run left, if it speaks of this file.
    static func load(for file: String, size: Int64) -> ImportProgress? {
        guard let data = FileManager.default.contents(atPath: path(for: file)),
            let progress = try? JSONDecoder().decode(ImportProgress.self, from: data),
            progress.size <= size, progress.position.offset <= size
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
}

/// The lines that could not be recorded, with their reasons, as a CSV file beside the import.
struct RejectedLines {
    let path: String
    private let handle: FileHandle

    /// Opens the file; an import that goes on adds to it, a new one begins it anew.
    init(path: String, append: Bool) throws {
        self.path = path
        let exists = FileManager.default.fileExists(atPath: path)
        if !append || !exists {
            guard FileManager.default.createFile(atPath: path, contents: Data("line,spend_id,reason,message\n".utf8)) else {
                throw PurchaseProblem(reason: "NO_FILE", message: "\(path) cannot be written; name another with --rejected")
            }
        }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw PurchaseProblem(reason: "NO_FILE", message: "\(path) cannot be written; name another with --rejected")
        }
        self.handle = handle
        try handle.seekToEnd()
    }

    func add(line: Int, spendID: String, reason: String, message: String) throws {
        let cells = ["\(line)", spendID, reason, message].map(Self.quoted)
        try handle.write(contentsOf: Data((cells.joined(separator: ",") + "\n").utf8))
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
