import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
