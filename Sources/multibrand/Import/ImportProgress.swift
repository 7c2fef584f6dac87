import Cryptography
import Foundation

/// Where in a file an import is to go on.
struct ImportPosition: Codable, Equatable {
    static let beginning = ImportPosition(offset: 0, line: 1, header: nil)

    let offset: Int64
    let line: Int
    let header: [String]?
}

/// What an import has done of one file, kept beside it so that the next run goes on where this one stopped.
///
/// **Guarantees** Written anew and renamed, so that it is whole or absent; it never runs ahead of what the service
/// acknowledged, and is believed only for the bytes it was made from. Losing it costs time only: spends are idempotent
/// by id.
struct ImportProgress: Codable, Equatable {
    /// The service that acknowledged; another one has not seen these spends.
    let target: String
    var position = ImportPosition.beginning
    /// What the part of the file before the position looked like.
    var fingerprint = ""
    var recorded: Int64 = 0
    var repeated: Int64 = 0
    var rejectedByReason: [String: Int64] = [:]
    /// Where the lines that were refused are, and how much of that file belongs to this position.
    var rejectedPath = ""
    var rejectedBytes: UInt64 = 0
    /// Whether everything the file held then is settled.
    var isFinished = false

    private static let fingerprintBytes = 4096

    var rejected: Int64 { rejectedByReason.values.reduce(0, +) }

    static func path(for file: String) -> String { file + ".import-progress" }

    /// What an earlier run left, if it speaks of this file and this service.
    static func load(for file: String, target: String) -> ImportProgress? {
        guard let data = FileManager.default.contents(atPath: path(for: file)),
            let progress = try? JSONDecoder().decode(ImportProgress.self, from: data), progress.target == target,
            (try? fingerprint(of: file, before: progress.position.offset)) == progress.fingerprint
        else { return nil }
        return progress
    }

    mutating func save(for file: String) throws {
        fingerprint = try Self.fingerprint(of: file, before: position.offset)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: Self.path(for: file)), options: .atomic)
    }

    static func remove(for file: String) {
        try? FileManager.default.removeItem(atPath: path(for: file))
    }

    /// A digest of the first and the last bytes before an offset; it differs for a file that was replaced.
    private static func fingerprint(of file: String, before offset: Int64) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: file) else { return "" }
        defer { try? handle.close() }
        let count = Int(clamping: min(offset, Int64(fingerprintBytes)))
        var bytes = [UInt8](try handle.read(upToCount: count) ?? Data())
        try handle.seek(toOffset: UInt64(offset) - UInt64(count))
        bytes += [UInt8](try handle.read(upToCount: count) ?? Data())
        guard bytes.count == 2 * count else { return "shorter" }
        return Hexadecimal.encode(SHA256.digest(bytes))
    }
}
