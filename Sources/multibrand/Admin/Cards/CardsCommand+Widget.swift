import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension CardsCommand {
    struct Widget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Get an address that opens Cosmo's widget for a card; it is secret and good for ten minutes.",
            discussion: "EXAMPLE\n  multibrand admin cards widget card-1")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Flag(help: "The Purchase widget instead of the Multibrand widget.") var purchase = false

        func run() async throws {
            try await admin.connected { connection in
                let session: Multibrand_V1_WidgetSession = try await connection.call(
                    "PreferenceService/CreateWidgetSession",
                    Multibrand_V1_CreateWidgetSessionRequest.with {
                        $0.cardID = cardID
                        $0.kind = purchase ? .purchase : .multibrand
                    })
                try connection.show(session) {
                    "\(session.launchURL.isEmpty ? session.accessToken : session.launchURL)\nGood until \(Moment.text(session.expiresAt))."
                }
            }
        }
    }
}
