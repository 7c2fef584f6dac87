import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension PositionsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List positions of a card, of a program, or those that are blocked.",
            discussion: """
                EXAMPLES
                  multibrand admin positions list --card card-1
                  multibrand admin positions list --blocked
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this card's.") var card: String = ""
        @Option(help: "Only this program's.") var program: String = ""
        @Flag(help: "Only those that wait for an operator or a link.") var blocked = false

        func run() async throws {
            try await admin.connected { connection in
                let positions = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListPositionsResponse = try await connection.call(
                        "IssuanceService/ListPositions",
                        Multibrand_V1_ListPositionsRequest.with {
                            $0.cardID = card
                            $0.programID = program
                            $0.blockedOnly = blocked
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.positions, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListPositionsResponse.with { $0.positions = positions }) {
                    positions.table
                }
            }
        }
    }
}
