import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletMembersCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List members in order of id, removed ones too.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet members list --live
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions

        func run() async throws {
            try await wallet.admin.connected { connection in
                let members = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListMembersResponse = try await connection.call(
                        "WalletService/ListMembers",
                        Multibrand_V1_ListMembersRequest.with {
                            $0.environment = wallet.environment
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.members, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListMembersResponse.with { $0.members = members }) { members.table }
            }
        }
    }
}
