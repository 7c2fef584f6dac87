import Foundation

/// The installed PostgreSQL server's commands.
struct ServerBinaries: Sendable {
    let directory: String

    func path(_ command: String) -> String { directory + "/" + command }

    /// Finds the server: `MULTIBRAND_PG_BIN`, else the newest (or, for an existing cluster, the matching) version under
    /// `/usr/lib/postgresql` and `/usr/pgsql-*`, else `PATH`.
    static func find(majorVersion: Int? = nil) throws(PostgresClusterError) -> ServerBinaries {
        let environment = ProcessInfo.processInfo.environment
        if let chosen = environment["MULTIBRAND_PG_BIN"] {
            if isServer(chosen) { return ServerBinaries(directory: chosen) }
            throw PostgresClusterError(
                .notInstalled, "MULTIBRAND_PG_BIN names \"\(chosen)\", which holds no initdb and pg_ctl")
        }
        let versions = packaged().filter { majorVersion == nil || $0.version == majorVersion }
        if let newest = versions.max(by: { $0.version < $1.version }) {
            return ServerBinaries(directory: newest.directory)
        }
        if majorVersion == nil,
            let onPath = (environment["PATH"] ?? "").split(separator: ":").map(String.init).first(where: isServer)
        {
            return ServerBinaries(directory: onPath)
        }
        let package = majorVersion.map { "postgresql-\($0)" } ?? "postgresql"
        throw PostgresClusterError(
            .notInstalled,
            "no PostgreSQL server\(majorVersion.map { " of version \($0)" } ?? "") is installed; run: apt-get install "
                + "\(package) "
                + "(or set MULTIBRAND_PG_BIN to the directory of initdb and pg_ctl)")
    }

    private static func packaged() -> [(version: Int, directory: String)] {
        let debian = list("/usr/lib/postgresql").compactMap { name in
            Int(name).map { ($0, "/usr/lib/postgresql/\(name)/bin") }
        }
        let redHat = list("/usr").compactMap { name -> (Int, String)? in
            guard name.hasPrefix("pgsql-"), let version = Int(name.dropFirst(6)) else { return nil }
            return (version, "/usr/\(name)/bin")
        }
        return (debian + redHat).filter { isServer($0.1) }
    }

    private static func list(_ directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    private static func isServer(_ directory: String) -> Bool {
        ["initdb", "pg_ctl", "postgres"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: directory + "/" + $0)
        }
    }
}
