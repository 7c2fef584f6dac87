import ArgumentParser
import MultibrandServer

/// `multibrand errors`
struct ErrorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors",
        abstract: "Explain each error reason: its meaning, the status it maps to, and what to do.",
        discussion: """
            The table is made from the service's own code: every reason a call may be refused or fail with, its gRPC \
            and \
            HTTP status, this program's exit code, what has happened to the thing asked for (applied, not_applied, \
            unknown), and what has become of the call's id. docs/errors.md is this table.

            EXAMPLES
              multibrand errors
              multibrand errors SPEND_CONFLICT
              multibrand errors --json
            """)

    @Argument(help: "Only this reason.") var reason: String?
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Print docs/errors.md.") var markdown = false

    func validate() throws {
        guard !(json && markdown) else { throw ValidationError("--json and --markdown exclude each other") }
        guard reason == nil || !markdown else { throw ValidationError("--markdown is the whole page; name no reason") }
    }

    func run() async throws {
        let rows = try wanted()
        if json {
            print(try ErrorTableText.json(rows))
        } else if markdown {
            print(ErrorTableText.markdown, terminator: "")
        } else if reason != nil {
            print(rows.map(ErrorTableText.paragraph).joined(separator: "\n\n"))
        } else {
            print(ErrorTableText.table(rows))
        }
    }

    private func wanted() throws -> [ErrorRow] {
        guard let reason else { return ErrorTable.rows }
        guard let row = ErrorTable.row(reason.uppercased()) else {
            throw CommandFailure(.notFound, "no error has the reason \(reason); multibrand errors lists them all")
        }
        return [row]
    }
}
