import Foundation
import Glibc

/// A second cluster that follows the first, and the mishaps that befall either: what failovers are tested with.
extension PostgresCluster {
    /// Starts a standby of this cluster in `directory`, which must hold no cluster yet.
    ///
    /// - Parameter name: What the standby calls itself, for `synchronous_standby_names`.
    ///
    /// **Errors** ``PostgresClusterError``.
    package func startStandby(
        directory: String, name: String, options: PostgresClusterOptions = PostgresClusterOptions()
    ) async throws -> PostgresCluster {
        let location = try await ClusterLocation.prepare(directory, for: user)
        let lock = try DirectoryLock(directory: location.root)
        let standby = PostgresCluster(binaries: binaries, user: user, location: location, lock: lock)
        try await run(
            "pg_basebackup",
            [
                "-D", location.data, "-d", "\(connectionString) application_name=\(name)", "-X", "stream", "-c", "fast",
                "-R",
            ])
        try await standby.launch(options)
        return standby
    }

    /// Makes a standby the primary; returns when it takes writes.
    package func promote() async throws {
        try await run("pg_ctl", ["promote", "-D", location.data, "-w", "-t", "60"])
    }

    /// Changes how the running server works; what needs a restart waits for one.
    package func reconfigure(_ options: PostgresClusterOptions) async throws {
        try write(
            options.configurationText(socketDirectory: location.socketDirectory), to: location.data + "/multibrand.conf"
        )
        try await run("pg_ctl", ["reload", "-D", location.data])
    }

    /// Starts the server again after ``kill()``.
    package func startAgain(_ options: PostgresClusterOptions) async throws {
        try await launch(options)
    }

    /// What the server has logged.
    package func log() throws -> String { try String(contentsOfFile: location.log, encoding: .utf8) }

    /// Stops every process of the server where it is, as a machine that hangs does: connections stay, nothing answers.
    package func suspend() { signalAll(SIGSTOP) }

    /// Lets a suspended server go on.
    package func resume() { signalAll(SIGCONT) }

    /// Ends every process of the server at once, as a loss of power does.
    package func kill() { signalAll(SIGKILL) }

    /// The server's main process first, which then starts no more, and those it started.
    private func signalAll(_ signal: Int32) {
        guard let text = try? String(contentsOfFile: location.data + "/postmaster.pid", encoding: .utf8),
            let server = text.split(separator: "\n").first.flatMap({ Int32($0) })
        else { return }
        Self.signalAll(of: server, signal)
    }

    /// Signals a server's main process and those it started.
    package static func signalAll(of server: Int32, _ signal: Int32) {
        // Once their parent is gone nobody finds them, and those that are suspended do not end by themselves.
        let before = children(of: server)
        Glibc.kill(server, signal)
        for process in Set(before + children(of: server)) { Glibc.kill(process, signal) }
    }

    private static func children(of parent: Int32) -> [Int32] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { Int32($0) }.filter { process in
            // The fields after the command's name, which is in brackets: state, parent, ...
            let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            let fields = stat?.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == parent
        }
    }
}
