import Foundation

/// Where an export goes: standard output, or a file that bears its name only when it is whole.
enum LedgerFile {
    static func write(to path: String?, _ body: (FileHandle) async throws -> Int64) async throws -> Int64 {
        guard let path else { return try await body(.standardOutput) }
        let part = path + ".part"
        guard FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: part)
        else { throw CommandFailure(.failed, "\(part) cannot be written; name another file with --out") }
        do {
            let rows = try await body(file)
            try file.synchronize()
            try file.close()
            // Replaces an existing file in one step.
            guard rename(part, path) == 0 else {
                throw CommandFailure(.failed, "\(path) cannot be written; name another file with --out")
            }
            return rows
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw error
        }
    }
}
