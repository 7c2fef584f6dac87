import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletRedemptionsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a member's redemptions, newest first.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions list cust-77 --status open --live
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The member's external user id.") var member: String
        @Option(help: "Only those with this status.") var status: RedemptionStatusWord?

        func run() async throws {
            try await wallet.admin.connected { connection in
                let rows = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListRedemptionsResponse = try await connection.call(
                        "WalletService/ListRedemptions",
                        Multibrand_V1_ListRedemptionsRequest.with {
                            $0.environment = wallet.environment
                            $0.externalUserID = member
                            if let status { $0.status = status.status }
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.redemptions, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListRedemptionsResponse.with { $0.redemptions = rows }) { rows.table }
            }
        }
    }
}
