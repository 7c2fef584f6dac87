import Foundation

/// A program of the system that a test runs.
struct Tool {
    /// How a program ended, and all it printed.
    struct End {
        let status: Int32
        let output: String
    }

    let path: String

    /// Prometheus' own checker: `MULTIBRAND_TEST_PROMTOOL`, what `.ci/install --tests` left, or the one of the system.
    ///
    /// **Errors** ``Missing``: a check that was not made must not look passed.
    static func promtool() throws -> Tool {
        let named = ProcessInfo.processInfo.environment["MULTIBRAND_TEST_PROMTOOL"]
        let kept = MonitoringFiles.path(".multibrand/promtool")
        guard let tool = named.map(Tool.init(path:)) ?? find("promtool", [kept]) else {
            throw Missing(what: "promtool; run .ci/install --tests, or set MULTIBRAND_TEST_PROMTOOL")
        }
        return tool
    }

    /// A program by its name; nil when the system does not have it.
    static func find(_ name: String, _ first: [String] = []) -> Tool? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (first + folders.map { "\($0)/\(name)" })
            .first { FileManager.default.isExecutableFile(atPath: $0) }.map(Tool.init(path:))
    }

    func run(_ arguments: String...) throws -> End {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return End(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }

    /// A program that a test needs and does not find.
    struct Missing: Error, CustomStringConvertible {
        let what: String
        var description: String { "there is no \(what)" }
    }
}
