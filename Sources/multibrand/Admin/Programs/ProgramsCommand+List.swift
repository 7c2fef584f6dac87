import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
