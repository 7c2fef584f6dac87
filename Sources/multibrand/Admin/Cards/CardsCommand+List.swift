import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension CardsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List cards in order of id.", discussion: "EXAMPLE\n  multibrand admin cards list --limit 20")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions

        func run() async throws {
            try await admin.connected { connection in
                let cards = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListCardsResponse = try await connection.call(
                        "AdminService/ListCards",
                        Multibrand_V1_ListCardsRequest.with {
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.cards, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListCardsResponse.with { $0.cards = cards }) {
                    var table = TextTable([
                        .text("card"), .text("user"), .text("currency"), .number("version"), .text("registered"),
                    ])
                    for card in cards {
                        table.add([
                            card.cardID, card.userID, card.currencyCode, "\(card.preferenceVersion)",
                            Moment.text(card.registeredAt),
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }
}
