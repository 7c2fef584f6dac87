import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension IssuancesCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List issues in the order they were planned.",
            discussion: """
                `--waiting` lists what only a person can settle: mismatched issues, unknown ones with no read to come, parked \
                ones until their cause is removed, and confirmed ones that later news contradicts until somebody has looked.

                EXAMPLES
                  multibrand admin issuances list --waiting
                  multibrand admin issuances list --status unknown
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this card's.") var card: String = ""
        @Option(help: "Only this program's.") var program: String = ""
        @Option(help: "planned, sending, accepted, confirmed, unknown, mismatched, parked or withdrawn.") var status:
            String?
        @Flag(help: "Only those that wait for a person.") var waiting = false

        func run() async throws {
            let wanted = try status.map { try Multibrand_V1_IssuanceStatus(word: $0) } ?? .unspecified
            try await admin.connected { connection in
                let issuances = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListIssuancesResponse = try await connection.call(
                        "IssuanceService/ListIssuances",
                        Multibrand_V1_ListIssuancesRequest.with {
                            $0.cardID = card
                            $0.programID = program
                            $0.status = wanted
                            $0.waitingOnly = waiting
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.issuances, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListIssuancesResponse.with { $0.issuances = issuances }) {
                    issuances.table
                }
            }
        }
    }
}
