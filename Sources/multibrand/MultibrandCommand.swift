import ArgumentParser
import Foundation
import MultibrandServer

/// The bundled command line: the service, its tools and its administration.
@main
struct MultibrandCommand: AsyncParsableCommand {
    static let version = MultibrandService.version

    static let configuration = CommandConfiguration(
        commandName: "multibrand",
        abstract: "Splits card rewards across loyalty programs and issues them exactly once.",
        discussion: """
            EXAMPLES
              multibrand demo                              play the main job on real parts
              multibrand dev                               leave a local stack running
              multibrand serve --config multibrand.json    run the service
              multibrand status                            show the health of a running service
              multibrand admin cards show card-1           ask a running service

            EXIT CODES
            \(ExitStatus.allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n"))
            """,
        version: version,
        subcommands: [
            ServeCommand.self, DevCommand.self, DemoCommand.self, SandboxCommand.self, MigrateCommand.self,
            StatusCommand.self, AdminCommand.self, ImportCommand.self, VerifyCommand.self, ReplayCommand.self,
            ExplainCommand.self,
            ErrorsCommand.self, DoctorCommand.self, ChartCommand.self,
        ])

    static func main() async {
        var running: (any ParsableCommand.Type)?
        do {
            var command = try parseAsRoot()
            running = type(of: command)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as ValidationError {
            exit(withUsageOf: running ?? Self.self, error)
        } catch {
            exit(with: error)
        }
    }

    /// Ends the process as the argument parser does for what it finds itself: with the usage of the command at hand,
    /// not of the whole program.
    private static func exit(withUsageOf command: any ParsableCommand.Type, _ error: ValidationError) -> Never {
        let path = path(of: Array(CommandLine.arguments.dropFirst()))
        // A command may be reached over two ways; the usage names the one that was taken.
        let usage = usageString(for: command).split(separator: " ").dropFirst(path.count).joined(separator: " ")
        let name = path.joined(separator: " ")
        let text =
            "Error: \(error.message)\nUsage: \(name) \(usage)\n  See '\(name) --help' for more information.\n"
        FileHandle.standardError.write(Data(text.utf8))
        Foundation.exit(ExitStatus.usage.rawValue)
    }

    /// The words of a command line that name the command: `multibrand admin cards show`.
    static func path(of arguments: [String]) -> [String] {
        var path = ["multibrand"]
        var command: any ParsableCommand.Type = Self.self
        for word in arguments {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
            path.append(word)
            command = next
        }
        return path
    }

    /// Ends the process with the code that shows scripts what happened.
    private static func exit(with error: any Error) -> Never {
        guard let failure = CommandFailure(error) else { exit(withError: error) }
        FileHandle.standardError.write(Data("multibrand: \(failure.message)\n".utf8))
        Foundation.exit(failure.status.rawValue)
    }
}
