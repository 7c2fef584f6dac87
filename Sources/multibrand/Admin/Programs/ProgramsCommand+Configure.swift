import ArgumentParser
import Foundation
import MultibrandAPI
import SwiftProtobuf

extension ProgramsCommand {
    struct Configure: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a plugin's configuration and put it in force.",
            discussion: """
                The conformance suite runs first; what fails is named with the input. Decisions made before keep the \
                configuration they pinned.

                EXAMPLE
                  echo '{"pointsPerMajorUnit": "1.5"}' > flat.json
                  multibrand admin programs configure prg_sky flat-rate --configuration flat.json --dry-run
                  multibrand admin programs configure stars flat-rate --configuration flat.json --pays-into wallet
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String
        @Argument(help: "The plugin's name; `admin programs plugins` lists them.") var plugin: String
        @Option(help: "JSON file with the plugin's configuration; - reads standard input.") var configuration: String
        @Option(
            help:
                "wallet makes a program of your own that pays into the house's wallet, which never changes. Left out: as it is."
        )
        var paysInto: Place?
        @Flag(help: "Only check it.") var dryRun = false

        /// Where a program's points go.
        enum Place: String, CaseIterable, ExpressibleByArgument {
            case cosmo, wallet
        }

        func run() async throws {
            let data: Data?
            if configuration == "-" {
                data = try FileHandle.standardInput.readToEnd()
            } else {
                data = FileManager.default.contents(atPath: configuration)
            }
            guard let data, let text = String(bytes: data, encoding: .utf8) else {
                throw CommandFailure(.refused, "\(configuration) cannot be read as text; does it exist?")
            }
            try await admin.connected { connection in
                let answer: Multibrand_V1_ConfigureProgramResponse = try await connection.call(
                    "AdminService/ConfigureProgram",
                    Multibrand_V1_ConfigureProgramRequest.with {
                        $0.programID = programID
                        $0.plugin = plugin
                        $0.configurationJson = text
                        $0.dryRun = dryRun
                        if let paysInto { $0.paysInto = paysInto == .wallet ? .wallet : .cosmo }
                    })
                try connection.show(answer) {
                    if dryRun { return "Sound: \(answer.checks) checks passed. Nothing was changed." }
                    let version = answer.program.configurationVersion
                    return answer.changed
                        ? "\(programID) earns by \(plugin) as version \(version) (\(answer.checks) checks passed)."
                        : "Nothing to change: version \(version) is the same."
                }
            }
        }
    }
}
