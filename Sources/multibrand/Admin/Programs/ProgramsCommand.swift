import ArgumentParser
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
