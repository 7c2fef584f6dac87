import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension CardsCommand {
    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Link a program to a card, or change the account.",
            discussion: "EXAMPLE\n  multibrand admin cards link card-1 prg_sky --account M-1001 --parts 60")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "The member's user id with the program.") var account: String?
        @Option(help: "The member's e-mail address with the program.") var email: String?
        @Option(help: "This program's share, in parts; 0 names none.") var parts: Int32 = 0
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func run() async throws {
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/LinkProgram",
                    Multibrand_V1_LinkProgramRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                        $0.destinationAccount.userID = account ?? ""
                        $0.destinationAccount.userEmail = email ?? ""
                        $0.parts = parts
                        $0.requestID = request.text
                    })
                try connection.show(preferences) { preferences.table }
            }
        }
    }
}
