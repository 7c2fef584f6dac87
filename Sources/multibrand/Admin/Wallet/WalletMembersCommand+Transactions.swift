import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletMembersCommand {
    struct Transactions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a member's ledger, newest first.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet members transactions cust-77 --limit 200
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The member's external user id.") var member: String

        func run() async throws {
            try await wallet.admin.connected { connection in
                let rows = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListTransactionsResponse = try await connection.call(
                        "WalletService/ListTransactions",
                        Multibrand_V1_ListTransactionsRequest.with {
                            $0.environment = wallet.environment
                            $0.externalUserID = member
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.transactions, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListTransactionsResponse.with { $0.transactions = rows }) {
                    rows.table
                }
            }
        }
    }
}
