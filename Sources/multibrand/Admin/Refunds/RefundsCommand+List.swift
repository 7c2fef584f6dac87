import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension RefundsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a card's refunds, or those that wait, newest first.",
            discussion: """
                EXAMPLES
                  multibrand admin refunds list --card card-1
                  multibrand admin refunds list --status held
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this card's.") var card: String = ""
        @Option(help: "applied, waiting, held or undone; over all cards waiting or held.") var status: String?

        func validate() throws {
            let wanted = try status.map { try Multibrand_V1_RefundStatus(word: $0) }
            guard card.isEmpty, wanted != .waiting, wanted != .held else { return }
            throw ValidationError("name a card with --card, or say --status waiting or --status held")
        }

        func run() async throws {
            let wanted = try status.map { try Multibrand_V1_RefundStatus(word: $0) } ?? .unspecified
            try await admin.connected { connection in
                let refunds = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListRefundsResponse = try await connection.call(
                        "SpendService/ListRefunds",
                        Multibrand_V1_ListRefundsRequest.with {
                            $0.cardID = card
                            $0.status = wanted
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.refunds, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListRefundsResponse.with { $0.refunds = refunds }) { refunds.table }
            }
        }
    }
}
