import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
