import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletOffersCommand {
    struct Expire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set when an offer expires.",
            discussion: """
                EXAMPLES
                  multibrand admin wallet offers expire spa-day --at 2026-12-31T23:00:00Z --live
                  multibrand admin wallet offers expire spa-day --never
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The offer's id.") var offerID: String
        @Option(help: "When it expires, RFC 3339.") var at: String?
        @Flag(help: "It does not expire.") var never = false

        func validate() throws {
            guard (at == nil) == never else { throw ValidationError("say either --at, or --never") }
        }

        func run() async throws {
            let message = try Multibrand_V1_ExpireOfferRequest.with {
                $0.environment = wallet.environment
                $0.offerID = offerID
                if let at { $0.expiresAt = try Moment.parse(at) }
            }
            try await wallet.call("ExpireOffer", message) { (offer: Multibrand_V1_Offer) in [offer].table }
        }
    }
}
