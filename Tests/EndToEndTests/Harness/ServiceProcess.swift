import Foundation
import MultibrandServer
import Synchronization
import TestSupport

/// `multibrand serve` as a child process, that may be killed and started again on the same ports.
final class ServiceProcess: Sendable {
    let rpcPort: Int
    let httpPort: Int
    private let directory: String
    private let environment: [String: String]
    private let openFilesMax: Int?
    private let starts = Mutex<[ChildProgram]>([])

    /// - Parameter openFilesMax: The hard limit of open files it is started with; ours when left out.
    init(directory: String, settings: [String: String], openFilesMax: Int? = nil) throws {
        self.directory = directory
        self.openFilesMax = openFilesMax
        rpcPort = try FreePort.choose()
        httpPort = try FreePort.choose()
        let ports = [Settings.RPC.port.key: "\(rpcPort)", Settings.HTTP.port.key: "\(httpPort)"]
        environment = Self.variables(settings.merging(ports) { _, port in port })
    }

    var http: String { "http://127.0.0.1:\(httpPort)" }
    var rpc: String { "127.0.0.1:\(rpcPort)" }
    /// Everything that any of its lives has logged.
    var log: String { starts.withLock { $0 }.map(\.log).joined() }
    var startCount: Int { starts.withLock { $0.count } }

    /// Starts it and waits until it listens.
    func start() async throws {
        let number = startCount + 1
        let addresses = directory + "/service-\(number).json"
        let limited = openFilesMax.map { ["/bin/sh", "-c", "ulimit -n \($0) && exec \"$0\" \"$@\""] } ?? []
        let child = ChildProgram(
            limited + [try ProjectFiles.executable(), "serve", "--addresses", addresses], environment: environment,
            in: directory,
            logPath: directory + "/service-\(number).log")
        starts.withLock { $0.append(child) }
        try await eventually("the service listens", seen: { String(child.log.suffix(2_000)) }) {
            if let exit = try child.exit() {
                throw Unusable("the service ended at its start (\(exit)): \(child.log.suffix(2_000))")
            }
            return FileManager.default.fileExists(atPath: addresses)
        }
        let listening = try JSONDecoder().decode(
            Addresses.self, from: FileManager.default.contents(atPath: addresses) ?? Data())
        guard listening.rpc == rpc, listening.http == http else {
            throw Unusable("the service listens on \(listening), not where it was configured to")
        }
    }

    /// What `--addresses` holds.
    private struct Addresses: Codable {
        let rpc: String
        let http: String
    }

    /// The most memory that its latest life has had in use, in bytes.
    var peakMemory: Int {
        guard let process = starts.withLock({ $0.last?.processID }),
            let status = FileManager.default.contents(atPath: "/proc/\(process)/status"),
            let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first(where: {
                $0.hasPrefix("VmHWM:")
            }), let kibibytes = Int(line.filter(\.isNumber))
        else { return 0 }
        return kibibytes * 1024
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    func kill() async throws {
        guard let child = starts.withLock({ $0.last }) else { return }
        child.send(SIGKILL)
        _ = try await child.ended()
    }

    /// Asks it to stop, as an orchestrator does.
    func askToStop() { starts.withLock { $0.last }?.send(SIGTERM) }

    /// Sends any signal.
    func send(_ signal: Int32) { starts.withLock { $0.last }?.send(signal) }

    /// How its latest life ended, waited for.
    func ended(within limit: Duration = .seconds(300)) async throws -> ChildProgram.Exit {
        guard let child = starts.withLock({ $0.last }) else { throw Unusable("the service was never started") }
        return try await child.ended(within: limit)
    }

    /// How its latest life ended; nil while it runs.
    func exit() throws -> ChildProgram.Exit? { try starts.withLock { $0.last }?.exit() }

    /// The environment variables of settings given by key.
    static func variables(_ settings: [String: String]) -> [String: String] {
        let names = Dictionary(uniqueKeysWithValues: Settings.all.map { ($0.key, $0.environmentVariable) })
        return Dictionary(
            uniqueKeysWithValues: settings.map { key, value in
                guard let name = names[key] else { preconditionFailure("there is no setting \(key)") }
                return (name, value)
            })
    }
}
