import Foundation
import Glibc
import Logging
import PostgreSQL

/// A PostgreSQL cluster of our own: the installed server on files and a Unix socket that only we use.
///
/// Used by `multibrand dev`, the demo and every test; it needs no running PostgreSQL service and touches none.
package final class PostgresCluster: Sendable {
    /// The connection string of the cluster's maintenance database.
    package let connectionString: String
    let binaries: ServerBinaries
    let user: ServerUser
    let location: ClusterLocation
    private let lock: DirectoryLock
    private static let superuser = "multibrand"

    init(binaries: ServerBinaries, user: ServerUser, location: ClusterLocation, lock: DirectoryLock) {
        self.binaries = binaries
        self.user = user
        self.location = location
        self.lock = lock
        connectionString = Self.connectionString(location, database: "postgres")
    }

    /// Starts the cluster in `directory`, making it first when there is none.
    ///
    /// **Guarantees** An existing cluster keeps its data, also after a crash; one that a killed process left running is
    /// adopted. Works as root, when the server runs as the user `postgres` or `nobody`.
    ///
    /// **Errors** `PostgresClusterError`, which names the package to install when the server is missing.
    package static func start(
        directory: String,
        options: PostgresClusterOptions = PostgresClusterOptions()
    ) async throws -> PostgresCluster {
        let user = try ServerUser.choose()
        let location = try await ClusterLocation.prepare(directory, for: user)
        let lock = try DirectoryLock(directory: location.root)
        let versionText = try? String(contentsOfFile: location.data + "/PG_VERSION", encoding: .utf8)
        let version = versionText.flatMap { Int($0.prefix { $0.isNumber }) }
        let binaries = try ServerBinaries.find(majorVersion: version)
        let cluster = PostgresCluster(binaries: binaries, user: user, location: location, lock: lock)
        if version == nil { try await cluster.initialise(isDurable: options.isDurable) }
        try await cluster.launch(options)
        return cluster
    }

    /// Stops the server in an orderly way; its data stay.
    package func stop() async {
        if await control(["stop", "-m", "fast", "-w", "-t", "60"]).isSuccess { removeDistantSocketDirectory() }
        lock.release()
    }

    /// Stops the server, ending all sessions, and starts it again.
    package func restart() async throws {
        try await run("pg_ctl", ["restart", "-D", location.data, "-l", location.log, "-m", "fast", "-w", "-t", "60"])
    }

    /// Stops the server at once, as a crash would, blocking the calling thread; for the end of a process.
    func stopImmediately() {
        _ = ChildProcess.runBlocking(
            user.command([binaries.path("pg_ctl"), "stop", "-D", location.data, "-m", "immediate", "-w", "-t", "10"]))
    }

    /// Removes the files of a stopped cluster, blocking the calling thread.
    func removeFiles() {
        try? FileManager.default.removeItem(atPath: location.root)
        removeDistantSocketDirectory()
    }

    /// A socket directory that had to lie elsewhere is made afresh by the next start.
    private func removeDistantSocketDirectory() {
        let socketRoot = URL(fileURLWithPath: location.socketDirectory).deletingLastPathComponent().path
        if socketRoot != location.root { try? FileManager.default.removeItem(atPath: socketRoot) }
    }

    /// Makes a database and returns its connection string; one that exists already is left as it is.
    ///
    /// `template` names a database without connections to copy from.
    package func createDatabase(named name: String, template: String? = nil) async throws -> String {
        let suffix = template.map { " TEMPLATE \(Self.quoted($0))" } ?? ""
        do {
            try await administer("CREATE DATABASE \(Self.quoted(name))\(suffix)")
        } catch let error as PostgresError where error.sqlState == .duplicateDatabase {}
        return connectionString(database: name)
    }

    /// Removes a database, ending its sessions; none of that name is fine.
    package func dropDatabase(named name: String) async throws {
        try await administer("DROP DATABASE IF EXISTS \(Self.quoted(name)) WITH (FORCE)")
    }

    /// The connection string of a database of this cluster.
    package func connectionString(database: String) -> String {
        Self.connectionString(location, database: database)
    }

    // MARK: Commands

    private func administer(_ sql: String) async throws {
        let configuration = PostgresConfiguration(connectionString: connectionString)
        try await PostgresConnection.withDedicated(configuration, logger: Logger(label: "multibrand.cluster")) {
            try await $0.execute(sql)
        }
    }

    private func initialise(isDurable: Bool) async throws {
        var arguments = ["-D", location.data, "-U", Self.superuser, "-A", "trust", "-E", "UTF8", "--locale=C"]
        if !isDurable { arguments.append("--no-sync") }
        try await run("initdb", arguments)
        let path = location.data + "/postgresql.conf"
        let text = try String(contentsOfFile: path, encoding: .utf8) + "\ninclude_if_exists 'multibrand.conf'\n"
        try write(text, to: path)
    }

    func launch(_ options: PostgresClusterOptions) async throws {
        try write(
            options.configurationText(socketDirectory: location.socketDirectory), to: location.data + "/multibrand.conf"
        )
        removeStalePidFile()
        if await control(["status"]).isSuccess { return }
        do {
            try await run("pg_ctl", ["start", "-D", location.data, "-l", location.log, "-w", "-t", "60"])
        } catch let error as PostgresClusterError {
            let log = (try? String(contentsOfFile: location.log, encoding: .utf8)) ?? ""
            throw PostgresClusterError(.commandFailed, error.message + "\nserver log:\n" + log.suffix(2000))
        }
    }

    /// A pid file left by a crash may name a process that is by now something else; the server would refuse to start.
    private func removeStalePidFile() {
        let path = location.data + "/postmaster.pid"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let pid = text.split(separator: "\n").first.flatMap({ Int($0) })
        else { return }
        let name = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
        if name?.hasPrefix("postgres") != true { unlink(path) }
    }

    func write(_ text: String, to path: String) throws {
        do { try text.write(toFile: path, atomically: false, encoding: .utf8) } catch {
            throw PostgresClusterError(
                .directoryUnusable, "\"\(path)\" cannot be written; check who owns the directory")
        }
        if user.name != nil { chown(path, user.uid, user.gid) }
    }

    func control(_ arguments: [String]) async -> ChildProcess.Outcome {
        await ChildProcess.run(user.command([binaries.path("pg_ctl"), "-D", location.data] + arguments))
    }

    func run(_ command: String, _ arguments: [String]) async throws {
        let outcome = await ChildProcess.run(user.command([binaries.path(command)] + arguments))
        guard outcome.isSuccess else {
            throw PostgresClusterError(
                .commandFailed, "\(command) failed (status \(outcome.status)): \(outcome.output.suffix(2000))")
        }
    }

    private static func connectionString(_ location: ClusterLocation, database: String) -> String {
        func value(_ text: String) -> String {
            "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "'"
        }
        return "host=\(value(location.socketDirectory)) port=5432 user=\(superuser) dbname=\(value(database))"
    }

    private static func quoted(_ identifier: String) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
