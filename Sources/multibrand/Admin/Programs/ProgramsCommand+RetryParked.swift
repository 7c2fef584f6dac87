import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
