import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension ProgramsCommand {
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue to a program again.", discussion: "EXAMPLE\n  multibrand admin programs resume prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The program's id.") var programID: String

        func run() async throws { try await setPaused(false, programID, admin) }
    }
}
