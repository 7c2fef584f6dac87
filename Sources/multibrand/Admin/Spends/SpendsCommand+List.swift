import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension SpendsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a card's spends, newest first.",
            discussion: "EXAMPLE\n  multibrand admin spends list card-1")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The card's id.") var cardID: String

        func run() async throws {
            try await admin.connected { connection in
                let spends = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListSpendsResponse = try await connection.call(
                        "SpendService/ListSpends",
                        Multibrand_V1_ListSpendsRequest.with {
                            $0.cardID = cardID
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.spends, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListSpendsResponse.with { $0.spends = spends }) {
                    var table = TextTable([
                        .text("spend"), .text("occurred"), .number("amount"), .text("in"), .text("category"),
                        .text("split"),
                    ])
                    for recorded in spends {
                        let spend = recorded.spend
                        var split = (recorded.decision.legs + recorded.release.decision.legs).map {
                            "\($0.programID) \(Quantity.money($0.amount.minorUnits, $0.amount.currencyCode))"
                        }
                        if recorded.heldNowMinor > 0 {
                            split.append("held \(Quantity.money(recorded.heldNowMinor, spend.amount.currencyCode))")
                        }
                        table.add([
                            spend.spendID, Moment.text(spend.occurredAt),
                            Quantity.money(spend.amount.minorUnits, spend.amount.currencyCode),
                            spend.amount.currencyCode,
                            spend.merchantCategoryCode, split.joined(separator: ", "),
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }
}
