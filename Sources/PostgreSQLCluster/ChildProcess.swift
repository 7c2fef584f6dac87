import Foundation
import Glibc
import Waiting

/// Runs a command to its end, away from our descriptors and working directory.
///
/// A server that a command leaves behind inherits nothing of ours: neither listening sockets nor a pipe somebody waits
/// on.
enum ChildProcess {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        var isSuccess: Bool { status == 0 }
    }

    /// Blocks the calling thread until the command has ended.
    static func runBlocking(_ arguments: [String], environment: [String: String] = [:]) -> Outcome {
        let outputPath = NSTemporaryDirectory() + "/multibrand-" + UUID().uuidString + ".out"
        defer { unlink(outputPath) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // glibc passes over descriptors that are not open; the margin covers those opened meanwhile.
        for descriptor in 3..<(highestDescriptor() + 64) { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        variables.merge(environment) { _, new in new }
        variables["LC_ALL"] = "C"
        // PostgreSQL's commands complain about a working directory that their user may not enter.
        let command = ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"] + arguments
        var argv = command.map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, command[0], &actions, nil, &argv, &envp)
        guard code == 0 else {
            return Outcome(status: 127, output: "\(arguments[0]): \(String(cString: strerror(code)))")
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let output = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
        return Outcome(status: status == 0 ? 0 : (status >> 8 & 0xFF == 0 ? 128 : status >> 8 & 0xFF), output: output)
    }

    private static func highestDescriptor() -> Int32 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }.max() ?? 256
    }

    /// Suspends the caller until the command has ended.
    static func run(_ arguments: [String]) async -> Outcome {
        let outcome = Waiter<Outcome>()
        Thread.detachNewThread { outcome.answer(runBlocking(arguments)) }
        return await outcome.value()
    }
}
