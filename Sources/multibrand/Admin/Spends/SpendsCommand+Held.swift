import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension SpendsCommand {
    struct Held: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the spends of which something is held, oldest first.",
            discussion: """
                NO_LINKS: the card had no links. REFUSED_BY_ALL: every program refused it. What is held is decided by the
                first later version of the card's preference that has links, or by `admin spends release`.

                EXAMPLES
                  multibrand admin spends held
                  multibrand admin spends held --card card-1
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this card's.") var card: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let spends = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListHeldSpendsResponse = try await connection.call(
                        "AdminService/ListHeldSpends",
                        Multibrand_V1_ListHeldSpendsRequest.with {
                            $0.cardID = card
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.spends, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListHeldSpendsResponse.with { $0.spends = spends }) {
                    var table = TextTable([
                        .text("card"), .text("spend"), .number("held"), .text("in"), .text("since"), .text("reason"),
                        .number("version"),
                    ])
                    for spend in spends {
                        table.add([
                            spend.cardID, spend.spendID,
                            Quantity.money(spend.held.minorUnits, spend.held.currencyCode), spend.held.currencyCode,
                            Moment.text(spend.heldSince), spend.reason, "\(spend.preferenceVersion)",
                        ])
                    }
                    return table.rendered(whenEmpty: "Nothing is held.")
                }
            }
        }
    }
}
