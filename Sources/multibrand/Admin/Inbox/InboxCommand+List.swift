import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension InboxCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List deliveries, newest first.",
            discussion: "EXAMPLE\n  multibrand admin inbox list --status held")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "received, applied, held or parked.") var status: String = ""
        @Option(help: "program-connection or transaction.") var kind: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let entries = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListInboxResponse = try await connection.call(
                        "AdminService/ListInbox",
                        Multibrand_V1_ListInboxRequest.with {
                            $0.status = status
                            $0.kind = kind
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.entries, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListInboxResponse.with { $0.entries = entries }) { entries.table }
            }
        }
    }
}
