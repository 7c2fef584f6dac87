import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
