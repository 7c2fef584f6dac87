import ArgumentParser
import Foundation
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin programs`
struct ProgramsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "programs", abstract: "Loyalty programs and what they earn by.",
        discussion: "EXAMPLES\n  multibrand admin programs list\n  multibrand admin programs pause prg_sky",
        subcommands: [
            List.self, Refresh.self, Fields.self, Plugins.self, Configure.self, History.self, Pause.self, Resume.self,
            RetryParked.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the catalogue as last read.", discussion: "EXAMPLE\n  multibrand admin programs list")
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListProgramsResponse = try await connection.call(
                    "PreferenceService/ListPrograms", Multibrand_V1_ListProgramsRequest())
                try connection.show(answer) { answer.table }
            }
        }
    }

    struct Refresh: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read Cosmo's catalogue now.", discussion: "EXAMPLE\n  multibrand admin programs refresh")
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListProgramsResponse = try await connection.call(
                    "AdminService/RefreshPrograms", Multibrand_V1_RefreshProgramsRequest())
                try connection.show(answer) { answer.table }
            }
        }
    }

    struct Fields: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask Cosmo which account fields a program needs.",
            discussion: "EXAMPLE\n  multibrand admin programs fields prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws {
            try await admin.connected { connection in
                let fields: Multibrand_V1_ProgramFields = try await connection.call(
                    "PreferenceService/GetProgramFields",
                    Multibrand_V1_GetProgramFieldsRequest.with { $0.programID = programID })
                try connection.show(fields) { fields.requiredFields.joined(separator: "\n") }
            }
        }
    }

    struct Plugins: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the plugins of this server.",
            discussion:
                "EXAMPLE\n  multibrand admin programs plugins\n  multibrand admin programs plugins --json    with their schemas"
        )
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListPluginsResponse = try await connection.call(
                    "AdminService/ListPlugins", Multibrand_V1_ListPluginsRequest())
                try connection.show(answer) {
                    var table = TextTable([.text("plugin"), .text("version"), .text("earns by")])
                    for plugin in answer.plugins { table.add([plugin.name, plugin.version, plugin.summary]) }
                    return table.rendered()
                }
            }
        }
    }

    struct Configure: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a plugin's configuration and put it in force.",
            discussion: """
                The conformance suite runs first; what fails is named with the input. Decisions made before keep the
                configuration they pinned.

                EXAMPLE
                  echo '{"pointsPerMajorUnit": "1.5"}' > flat.json
                  multibrand admin programs configure prg_sky flat-rate --configuration flat.json --dry-run
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String
        @Argument(help: "The plugin's name; `admin programs plugins` lists them.") var plugin: String
        @Option(help: "JSON file with the plugin's configuration; - reads standard input.") var configuration: String
        @Flag(help: "Only check it.") var dryRun = false

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

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List every configuration a program had, newest first.",
            discussion: "EXAMPLE\n  multibrand admin programs history prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListProgramConfigurationsResponse = try await connection.call(
                    "AdminService/ListProgramConfigurations",
                    Multibrand_V1_ListProgramConfigurationsRequest.with { $0.programID = programID })
                try connection.show(answer) {
                    var table = TextTable([
                        .number("version"), .text("plugin"), .text("set"), .text("by"), .text("configuration"),
                    ])
                    for one in answer.configurations {
                        table.add([
                            "\(one.configurationVersion)", "\(one.plugin) \(one.pluginVersion)", Moment.text(one.setAt),
                            one.setBy,
                            one.configurationJson,
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop issuing to a program; earning goes on.",
            discussion: "EXAMPLE\n  multibrand admin programs pause prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws { try await setPaused(true, programID, admin) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue to a program again.", discussion: "EXAMPLE\n  multibrand admin programs resume prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws { try await setPaused(false, programID, admin) }
    }

    struct RetryParked: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide what parked legs earn, with the plugin now in force.",
            discussion: "EXAMPLE\n  multibrand admin programs retry-parked prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_RetryParkedLegsResponse = try await connection.call(
                    "AdminService/RetryParkedLegs",
                    Multibrand_V1_RetryParkedLegsRequest.with { $0.programID = programID })
                try connection.show(answer) {
                    "\(answer.earned) legs earn now, \(answer.stillParked) are still parked."
                }
            }
        }
    }

    private static func setPaused(_ paused: Bool, _ programID: String, _ admin: AdminOptions) async throws {
        try await admin.connected { connection in
            let program: Multibrand_V1_Program = try await connection.call(
                "AdminService/PauseProgram",
                Multibrand_V1_PauseProgramRequest.with {
                    $0.programID = programID
                    $0.paused = paused
                })
            try connection.show(program) {
                program.issuingPaused
                    ? "\(programID) is not issued to; cards go on earning." : "\(programID) is issued to."
            }
        }
    }
}

extension Multibrand_V1_ListProgramsResponse {
    fileprivate var table: String {
        var table = TextTable([
            .text("program"), .text("name"), .text("currency"), .text("earns by"), .number("least"), .number("most"),
            .text("needs"),
            .text("state"),
        ])
        for program in programs {
            let state = [program.listed ? nil : "no longer listed", program.issuingPaused ? "paused" : nil].compactMap {
                $0
            }
            table.add([
                program.programID, program.name, program.currencyCode,
                program.plugin.isEmpty ? "nothing yet" : "\(program.plugin), version \(program.configurationVersion)",
                program.minimumPoints > 0 ? "\(program.minimumPoints)" : "-",
                program.maximumPoints > 0 ? "\(program.maximumPoints)" : "-",
                program.requiredFields.joined(separator: " "),
                state.isEmpty ? "issuing" : state.joined(separator: ", "),
            ])
        }
        return table.rendered(whenEmpty: "No programs yet: multibrand admin programs refresh reads Cosmo's catalogue.")
    }
}
