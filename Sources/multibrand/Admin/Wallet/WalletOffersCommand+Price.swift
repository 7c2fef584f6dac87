import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletOffersCommand {
    struct Price: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set what an offer costs from now on; what was redeemed keeps its price.",
            discussion: """
                EXAMPLES
                  multibrand admin wallet offers price spa-day 1500 --live
                  multibrand admin wallet offers price spa-day --none
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The offer's id.") var offerID: String
        @Argument(help: "What it costs in points.") var points: Int64?
        @Flag(help: "Ask for no points.") var none = false

        func validate() throws {
            guard (points == nil) == none else { throw ValidationError("say either how many points, or --none") }
        }

        func run() async throws {
            let message = Multibrand_V1_PriceOfferRequest.with {
                $0.environment = wallet.environment
                $0.offerID = offerID
                if let points { $0.pointsPrice = points }
            }
            try await wallet.call("PriceOffer", message) { (offer: Multibrand_V1_Offer) in [offer].table }
        }
    }
}
