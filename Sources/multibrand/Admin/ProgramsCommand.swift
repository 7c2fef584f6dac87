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
            List.self, Show.self, Refresh.self, Fields.self, Validate.self, Points.self, Plugins.self, Configure.self,
            History.self, Pause.self, Resume.self,
            RetryParked.self,
        ])

    static func setPaused(_ paused: Bool, _ programID: String, _ admin: AdminOptions) async throws {
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

extension ProgramsCommand {
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
}

extension ProgramsCommand {
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
}

extension ProgramsCommand {
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
}

extension ProgramsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one program with its terms: price, limits, logo, required fields.",
            discussion: "EXAMPLE\n  multibrand admin programs show prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListProgramsResponse = try await connection.call(
                    "PreferenceService/ListPrograms", Multibrand_V1_ListProgramsRequest())
                guard let program = answer.programs.first(where: { $0.programID == programID }) else {
                    throw ValidationError("no program \(programID): `multibrand admin programs list` shows all")
                }
                try connection.show(program) { program.sheet }
            }
        }
    }
}

extension Multibrand_V1_Program {
    /// The program as lines of name and value.
    var sheet: String {
        var table = TextTable([.text("field"), .text("")])
        func limit(_ least: Int64, _ most: Int64) -> String {
            "\(least == 0 ? "any" : "\(least)") to \(most == 0 ? "any" : "\(most)")"
        }
        let rows = [
            ("id", programID), ("name", name), ("company", description_p.businessName),
            ("brand", description_p.brandDescription),
            ("industry", description_p.industry), ("terms and conditions", description_p.termsAndConditionsURL),
            ("logo", description_p.logoURL), ("currency", currencyCode),
            ("issuer's currency", description_p.localCurrencyCode),
            ("price per point", description_p.pricePerPoint),
            ("price per point in the issuer's currency", description_p.pricePerPointInLocalCurrency),
            ("price per point in USD", description_p.pricePerPointInUsd),
            ("points per issuance", limit(minimumPoints, maximumPoints)),
            ("value per issuance", limit(minimumValue, maximumValue)),
            ("required fields", requiredFields.joined(separator: ", ")),
            ("plugin", plugin.isEmpty ? "" : "\(plugin) \(pluginVersion), configuration \(configurationVersion)"),
            ("pays into", paysInto == .wallet ? "the wallet" : "Cosmo"), ("listed", listed ? "yes" : "no"),
            ("issuing", issuingPaused ? "paused" : "on"),
        ]
        for (name, value) in rows where !value.isEmpty { table.add([name, value]) }
        return table.rendered()
    }
}

extension ProgramsCommand {
    struct Validate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask Cosmo whether an account belongs to a member of a program.",
            discussion: """
                EXAMPLE
                  multibrand admin programs validate prg_sky --account SK-100200
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "The member's user id with the program.") var account: String?
        @Option(help: "The member's e-mail address with the program.") var email: String?

        func validate() throws {
            guard account != nil || email != nil else {
                throw ValidationError("name the member: --account, --email or both; `programs fields` says which")
            }
        }

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ValidateMemberResponse = try await connection.call(
                    "PreferenceService/ValidateMember",
                    Multibrand_V1_ValidateMemberRequest.with {
                        $0.programID = programID
                        $0.destinationAccount.userID = account ?? ""
                        $0.destinationAccount.userEmail = email ?? ""
                    })
                try connection.show(answer) {
                    answer.isValid
                        ? "\(programID) knows the account."
                        : "\(programID) does not know the account: issue nothing to it."
                }
            }
        }
    }
}

extension ProgramsCommand {
    struct Points: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask Cosmo how many points a value would give; issues nothing.",
            discussion: """
                Campaigns may change the number until points are issued.

                EXAMPLE
                  multibrand admin programs points prg_sky 25
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String
        @Argument(help: "The value, in units of the issuer's currency, as Cosmo reads them (cosmo.valueUnit).")
        var value: Int64

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_PreviewPointsResponse = try await connection.call(
                    "PreferenceService/PreviewPoints",
                    Multibrand_V1_PreviewPointsRequest.with {
                        $0.programID = programID
                        $0.value = value
                    })
                try connection.show(answer) { "\(value) would give \(answer.wholePoints) points of \(programID) now." }
            }
        }
    }
}

extension ProgramsCommand {
    struct Plugins: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the plugins of this server.",
            discussion:
                "EXAMPLES\n  multibrand admin programs plugins\n  multibrand admin programs plugins --json    with "
                + "their schemas"
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
}

extension ProgramsCommand {
    struct Configure: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a plugin's configuration and put it in force.",
            discussion: """
                The conformance suite runs first; a failure is reported with its input. Decisions made before keep the \
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
                """
                wallet creates an own program that pays into the issuer's wallet; this never changes. Left out: \
                unchanged.
                """
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

extension ProgramsCommand {
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
}

extension ProgramsCommand {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop issuing to a program; earning goes on.",
            discussion: "EXAMPLE\n  multibrand admin programs pause prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws { try await setPaused(true, programID, admin) }
    }
}

extension ProgramsCommand {
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue to a program again.", discussion: "EXAMPLE\n  multibrand admin programs resume prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws { try await setPaused(false, programID, admin) }
    }
}

extension ProgramsCommand {
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
                    let reasons = answer.stillParkedByReason.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                    let because = reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
                    return "\(answer.earned) legs earn now, \(answer.stillParked) are still parked\(because)."
                }
            }
        }
    }
}

extension Multibrand_V1_ListProgramsResponse {
    var table: String {
        var table = TextTable([
            .text("program"), .text("name"), .text("currency"), .text("earns by"), .number("least"), .number("most"),
            .text("needs"), .text("pays into"),
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
                program.requiredFields.joined(separator: " "), program.paysInto == .wallet ? "wallet" : "Cosmo",
                state.isEmpty ? "issuing" : state.joined(separator: ", "),
            ])
        }
        return table.rendered(whenEmpty: "No programs yet: multibrand admin programs refresh reads Cosmo's catalogue.")
    }
}
