import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension CardsCommand {
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a card.",
            discussion: "EXAMPLE\n  multibrand admin cards register card-1 --user user-1 --currency USD")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Option(help: "The cardholder's id.") var user: String
        @Option(help: "ISO 4217 code of the card's currency.") var currency: String
        @Option(help: "The name Cosmo knows the cardholder by; one is made when left out.") var sourceUser: String?
        @Option(help: "Your name for the kind of card; late clearings may follow a rule of its own.") var cardProgram =
            ""

        func run() async throws {
            try await admin.connected { connection in
                let card: Multibrand_V1_Card = try await connection.call(
                    "PreferenceService/RegisterCard",
                    Multibrand_V1_RegisterCardRequest.with {
                        $0.cardID = cardID
                        $0.userID = user
                        $0.currencyCode = currency
                        $0.sourceUserID = sourceUser ?? ""
                        $0.cardProgram = cardProgram
                    })
                try connection.show(card) {
                    "\(card.cardID) \(card.replayed ? "was registered before" : "is registered"); Cosmo's name for it: \(card.sourceUserID)"
                }
            }
        }
    }
}
