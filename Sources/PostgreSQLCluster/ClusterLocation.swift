import Foundation
import Glibc

/// Where a cluster's files lie.
struct ClusterLocation: Sendable {
    let root: String
    var data: String { root + "/data" }
    var log: String { data + "/server.log" }
    let socketDirectory: String

    /// The longest path of a Unix socket, less the name PostgreSQL gives it in its directory ("/.s.PGSQL.5432").
    private static let socketDirectoryBytesMax = 107 - 14

    /// Chooses and makes the directories for a cluster asked for in `directory`.
    ///
    /// The server's user may be unable to enter it (a checkout below /root, say): the files then lie under /var/tmp, in
    /// a place that follows from the path, so that the next start finds them again.
    static func prepare(_ directory: String, for user: ServerUser) async throws -> ClusterLocation {
        let asked = URL(fileURLWithPath: directory).standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(atPath: asked, withIntermediateDirectories: true)
        } catch {
            throw PostgresClusterError(.directoryUnusable, "\"\(asked)\" cannot be made; choose another directory")
        }
        let root = await user.canEnter(asked) ? asked : try makeSubstitute(for: asked, under: "/var/tmp")
        let near = root + "/socket"
        let isShort = near.utf8.count <= socketDirectoryBytesMax
        let socketDirectory = isShort ? near : try makeSubstitute(for: root, under: "/tmp") + "/socket"
        try user.makeDirectory(root + "/data")
        try user.makeDirectory(socketDirectory)
        return ClusterLocation(root: root, socketDirectory: socketDirectory)
    }

    /// A directory of ours in a place where anyone may write; one that somebody else put there is refused.
    private static func makeSubstitute(for path: String, under parent: String) throws(PostgresClusterError) -> String {
        let substitute = parent + "/multibrand-" + String(fingerprint(of: path), radix: 36)
        var status = stat()
        guard mkdir(substitute, 0o755) == 0 || errno == EEXIST, lstat(substitute, &status) == 0,
            status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR
        else {
            throw PostgresClusterError(
                .directoryUnusable, "\"\(substitute)\" belongs to somebody else; remove it or choose another directory")
        }
        return substitute
    }

    /// FNV-1a, 64 bits: stable from run to run, which Swift's own hash is not.
    private static func fingerprint(of path: String) -> UInt64 {
        path.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
