import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension PositionsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one position.", discussion: "EXAMPLE\n  multibrand admin positions show card-1 prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String

        func run() async throws {
            try await admin.connected { connection in
                let position: Multibrand_V1_Position = try await connection.call(
                    "IssuanceService/GetPosition",
                    Multibrand_V1_GetPositionRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                    })
                try connection.show(position) { [position].table + position.takenBackLines }
            }
        }
    }
}
