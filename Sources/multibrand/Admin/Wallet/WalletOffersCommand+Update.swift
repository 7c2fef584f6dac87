import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletOffersCommand {
    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace an offer's texts.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet offers update spa-day --title "Spa day for two" --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The offer's id.") var offerID: String
        @OptionGroup var offer: OfferOptions

        func run() async throws {
            let message = Multibrand_V1_UpdateOfferRequest.with {
                $0.environment = wallet.environment
                $0.offerID = offerID
                $0.details = offer.details
            }
            try await wallet.call("UpdateOffer", message) { (offer: Multibrand_V1_Offer) in [offer].table }
        }
    }
}
