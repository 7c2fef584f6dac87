import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension ReconciliationsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the days compared, newest first.",
            discussion: "EXAMPLE\n  multibrand admin reconciliations list --limit 14")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions

        func run() async throws {
            try await admin.connected { connection in
                let days = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListReconciliationsResponse = try await connection.call(
                        "IssuanceService/ListReconciliations",
                        Multibrand_V1_ListReconciliationsRequest.with {
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.reconciliations, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListReconciliationsResponse.with { $0.reconciliations = days }) {
                    days.table
                }
            }
        }
    }
}
