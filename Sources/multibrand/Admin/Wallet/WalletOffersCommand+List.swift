import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
