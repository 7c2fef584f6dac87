import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
