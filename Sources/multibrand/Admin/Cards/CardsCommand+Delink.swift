import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension CardsCommand {
    struct Delink: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a link; what was earned is still issued to its last account.",
            discussion: "EXAMPLE\n  multibrand admin cards delink card-1 prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func run() async throws {
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/DelinkProgram",
                    Multibrand_V1_DelinkProgramRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                        $0.requestID = request.text
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }
}
