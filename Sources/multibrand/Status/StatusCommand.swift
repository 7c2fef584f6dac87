import ArgumentParser
import Foundation
import MultibrandAPI
import RPC
import SwiftProtobuf

/// `multibrand status`: the health of a running service on one page.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the health of a running service, and what to do next.",
        discussion: """
            Each line is OK or WARN; a WARN names the command to run next. Needs the key of an operator.

            EXAMPLES
              multibrand status
              multibrand status --watch
              multibrand status --json
            """)
    @OptionGroup var admin: AdminOptions
    @Flag(help: "Refresh the page until Ctrl-C.") var watch = false
    @Option(help: "Seconds between two refreshes of --watch.") var every = 5

    /// What `--json` prints.
    private struct Verdict: Encodable {
        let level: StatusCheck.Level
        let checks: [StatusCheck]
    }

    func validate() throws {
        guard every > 0 else { throw ValidationError("--every must be at least 1 second") }
    }

    func run() async throws {
        guard watch else { return try await admin.connected { try await show($0) } }
        while !Task.isCancelled {
            do {
                try await admin.connected { connection in
                    while !Task.isCancelled {
                        try await show(connection)
                        try await Task.sleep(for: .seconds(every))
                    }
                }
            } catch let error as RPCError where [.unavailable, .deadlineExceeded].contains(error.code) {
                // A service that is away, as while it restarts, is a state to be shown.
                try showUnreachable(error)
                try await Task.sleep(for: .seconds(every))
            }
        }
    }

    private func show(_ connection: AdminConnection) async throws {
        let overview: Multibrand_V1_Overview = try await connection.call(
            "AdminService/GetOverview", Multibrand_V1_GetOverviewRequest())
        let page = StatusPage(overview, at: admin.target)
        if admin.json {
            let verdict = try Self.json(Verdict(level: page.level, checks: page.checks))
            draw("{\(verdict.dropFirst().dropLast()),\"overview\":\(try WholeJSON.text(overview))}")
        } else {
            draw(page.text(isColoured: Self.isColoured))
        }
    }

    private func showUnreachable(_ error: RPCError) throws {
        if admin.json {
            draw(try Self.json(["level": "DOWN", "reason": "\(error)"]))
        } else {
            draw("multibrand at \(admin.target): DOWN: \(error)")
        }
    }

    /// Prints a page, in the place of the one before on a terminal.
    private func draw(_ text: String) {
        let isRedrawn = watch && !admin.json && Self.isTerminal
        let shown = isRedrawn ? "\u{1B}[H\u{1B}[2J\(text)\n" : text + "\n"
        FileHandle.standardOutput.write(Data(shown.utf8))
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    private static var isColoured: Bool {
        isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }
}
