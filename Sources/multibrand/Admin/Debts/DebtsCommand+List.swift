import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension DebtsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List positions that owe, largest first within a program, with the age of what they owe.",
            discussion: """
                Later earnings net the oldest clawbacks first, so what is owed is of the newest ones.

                EXAMPLE
                  multibrand admin debts list --program prg_sky
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this program's.") var program: String = ""
        @Option(help: "Only this card's.") var card: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let debts = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListDebtsResponse = try await connection.call(
                        "IssuanceService/ListDebts",
                        Multibrand_V1_ListDebtsRequest.with {
                            $0.programID = program
                            $0.cardID = card
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.debts, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListDebtsResponse.with { $0.debts = debts }) { debts.table }
            }
        }
    }
}

extension [Multibrand_V1_Debt] {
    var table: String {
        var table = TextTable([
            .text("card"), .text("program"), .number("debt"), .text("unit"), .text("since"), .number("to 30 days"),
            .number("to 60"), .number("to 90"), .number("over 90"),
        ])
        for debt in self {
            table.add([
                debt.cardID, debt.programID, Quantity.micro(debt.debtMicro),
                debt.unit == .value ? "minor units" : "points", Moment.text(debt.oldestAt),
                Quantity.micro(debt.upTo30DaysMicro), Quantity.micro(debt.upTo60DaysMicro),
                Quantity.micro(debt.upTo90DaysMicro), Quantity.micro(debt.over90DaysMicro),
            ])
        }
        return table.rendered(whenEmpty: "Nobody owes anything.")
    }
}
