import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletOffersCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an offer.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet offers create --id spa-day --title "Spa day" --points 1200 --live
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var offer: OfferOptions
        @Option(help: "The offer's id; one is made when left out.") var id: String = ""
        @Option(help: "What it costs in points; asks for none when left out.") var points: Int64?
        @Option(help: "When it expires, RFC 3339; never when left out.") var expires: String?
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func run() async throws {
            let message = try Multibrand_V1_CreateOfferRequest.with {
                $0.environment = wallet.environment
                $0.offerID = id
                $0.details = offer.details
                if let points { $0.pointsPrice = points }
                if let expires { $0.expiresAt = try Moment.parse(expires) }
                $0.idempotencyKey = request.text
            }
            try await wallet.call("CreateOffer", message) { (offer: Multibrand_V1_Offer) in [offer].table }
        }
    }
}
