import ArgumentParser
import Foundation

/// The bundled command line: the service, its tools and its administration.
@main
struct MultibrandCommand: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "multibrand",
        abstract: "Splits card rewards across loyalty programs and has them issued, once and only once.",
        discussion: """
            EXAMPLES
              multibrand demo                              play the main job on real parts
              multibrand dev                               leave a local stack running
              multibrand serve --config multibrand.json    run the service
              multibrand admin cards show card-1           ask a running service

            EXIT CODES
            \(ExitStatus.allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n"))
            """,
        version: version,
        subcommands: [
            ServeCommand.self, DevCommand.self, DemoCommand.self, SandboxCommand.self, MigrateCommand.self,
            AdminCommand.self, ImportCommand.self, VerifyCommand.self, ReplayCommand.self, ExplainCommand.self,
            ErrorsCommand.self, DoctorCommand.self, ChartCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(with: error)
        }
    }

    /// Ends the process with the code that tells scripts what happened.
    private static func exit(with error: any Error) -> Never {
        guard let failure = CommandFailure(error) else { exit(withError: error) }
        FileHandle.standardError.write(Data("multibrand: \(failure.message)\n".utf8))
        Foundation.exit(failure.status.rawValue)
    }
}
