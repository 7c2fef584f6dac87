import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet offers`
struct WalletOffersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers", abstract: "What points can be redeemed for.",
        discussion: """
            EXAMPLES
              multibrand admin wallet offers create --id spa-day --title "Spa day" --points 1200 --live
              multibrand admin wallet offers price spa-day 1500 --live
            """,
        subcommands: [List.self, Create.self, Update.self, Price.self, Expire.self])
}

extension WalletOffersCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List offers, newest first.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet offers list --live --expired
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions
        @Flag(help: "Also what has expired.") var expired = false

        func run() async throws {
            try await wallet.admin.connected { connection in
                let offers = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListOffersResponse = try await connection.call(
                        "WalletService/ListOffers",
                        Multibrand_V1_ListOffersRequest.with {
                            $0.environment = wallet.environment
                            $0.includeExpired = expired
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.offers, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListOffersResponse.with { $0.offers = offers }) { offers.table }
            }
        }
    }
}

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
