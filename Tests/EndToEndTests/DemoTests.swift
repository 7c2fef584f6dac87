import Foundation
import Testing

extension EndToEnd {
    @Suite("The demo")
    struct DemoTests {
        @Test("plays to its last line, demo: ok, the second time as the first")
        func playsTwice() async throws {
            let directory = try ProjectFiles.makeTemporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let files = FileManager.default
            try files.createDirectory(atPath: directory + "/docs", withIntermediateDirectories: true)
            try files.copyItem(atPath: ProjectFiles.root + "/docs/demo", toPath: directory + "/docs/demo")
            for round in 1...2 {
                let demo = ChildProgram(
                    [try ProjectFiles.executable(), "demo"], in: directory, logPath: directory + "/demo-\(round).log")
                let exit = try await demo.ended(within: .seconds(180))
                #expect(exit == .code(0), "round \(round): \(demo.log.suffix(2_000))")
                let lines = demo.log.split(separator: "\n")
                #expect(lines.contains("demo: ok"), "round \(round): \(demo.log.suffix(2_000))")
                #expect(lines.contains { $0.contains("card-travel") && $0.contains("prg_sky") }, "there is no table")
                #expect(
                    demo.log.contains("card-commute chose in the widget, and has: prg_fuel 60.0 %, prg_stay 40.0 %"),
                    "the widget's split did not arrive: \(demo.log.suffix(2_000))")
                #expect(try postgresProcesses(under: directory).isEmpty, "the demo left its PostgreSQL running")
            }
        }

        /// Servers whose command line names a directory.
        private func postgresProcesses(under directory: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
                guard Int32(name) != nil, let command = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
                else { return false }
                let text = String(decoding: command, as: UTF8.self)
                return text.contains("postgres") && text.contains(directory)
            }
        }
    }
}
