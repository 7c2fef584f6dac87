import Foundation
import Glibc
import Synchronization
import TestSupport

/// A program run as a child process, with its output in a file.
///
/// A thread of its own starts it and waits for it. As far as the system has `setpriv`, the kernel kills the child when
/// that thread is gone, so that a crashed test run leaves nothing behind.
final class ChildProgram: Sendable {
    /// How a process ended.
    enum Exit: Sendable, Hashable {
        case code(Int32)
        case signal(Int32)
    }

    private enum State: Sendable {
        case starting
        case running(pid_t)
        case ended(Exit)
        case failed(Int32)
    }

    /// The file that both its output and its errors go to.
    let logPath: String
    private let state = Mutex(State.starting)

    /// - Parameter environment: added to ours, of which nothing that begins with `MULTIBRAND_` is passed on.
    init(_ arguments: [String], environment: [String: String] = [:], in directory: String, logPath: String) {
        self.logPath = logPath
        Thread.detachNewThread { [self] in
            run(arguments, environment: environment, directory: directory)
        }
    }

    /// What it has printed so far.
    var log: String {
        FileManager.default.contents(atPath: logPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// How it ended; nil while it runs.
    ///
    /// **Errors** ``Unusable`` when it could not be started.
    func exit() throws -> Exit? {
        switch state.withLock({ $0 }) {
        case .starting, .running: return nil
        case .ended(let exit): return exit
        case .failed(let code): throw Unusable("a program could not be started: \(String(cString: strerror(code)))")
        }
    }

    /// Its number while it runs.
    var processID: Int32? {
        if case .running(let pid) = state.withLock({ $0 }) { pid } else { nil }
    }

    /// Sends a signal, unless the process has ended.
    func send(_ signal: Int32) {
        state.withLock { state in
            // Its number cannot belong to another process: it is given back below, under the same lock.
            if case .running(let pid) = state { kill(pid, signal) }
        }
    }

    /// Waits for its end.
    func ended(within limit: Duration = .seconds(120)) async throws -> Exit {
        var exit: Exit?
        try await eventually("a program ended", within: limit, seen: { String(log.suffix(1_500)) }) {
            exit = try self.exit()
            return exit != nil
        }
        guard let exit else { throw Unusable("a program's end was not seen") }
        return exit
    }

    private func run(_ arguments: [String], environment: [String: String], directory: String) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Sockets of other tests must not live on in a child; glibc passes over descriptors that are not open.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in 3..<max(1_024, (names.compactMap { Int32($0) }.max() ?? 0) + 1) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        let guardian = "/usr/bin/setpriv"
        let prefix = FileManager.default.isExecutableFile(atPath: guardian) ? [guardian, "--pdeathsig", "KILL"] : []
        let command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory] + prefix + arguments
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MULTIBRAND_") }
        variables.merge(environment) { _, new in new }
        var argv = command.map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }

        var pid = pid_t()
        let code = posix_spawn(&pid, command[0], &actions, nil, &argv, &envp)
        guard code == 0 else {
            state.withLock { $0 = .failed(code) }
            return
        }
        state.withLock { $0 = .running(pid) }
        // Waits without taking the number back, so that nobody is signalled by mistake.
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        state.withLock { state in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            state = .ended(status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F))
        }
    }
}
