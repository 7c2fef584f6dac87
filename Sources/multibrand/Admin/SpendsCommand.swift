import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin spends`
struct SpendsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spends", abstract: "Recorded spends and how they were split.",
        discussion: "EXAMPLE\n  multibrand admin spends show spend-1",
        subcommands: [List.self, Show.self, Record.self])

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
                        let split = recorded.decision.legs.map {
                            "\($0.programID) \(Quantity.money($0.amount.minorUnits, $0.amount.currencyCode))"
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

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one spend with its decision.", discussion: "EXAMPLE\n  multibrand admin spends show spend-1"
        )
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The spend's id.") var spendID: String

        func run() async throws {
            try await admin.connected { connection in
                let recorded: Multibrand_V1_RecordedSpend = try await connection.call(
                    "SpendService/GetSpend", Multibrand_V1_GetSpendRequest.with { $0.spendID = spendID })
                try connection.show(recorded) {
                    let spend = recorded.spend
                    let amount = Quantity.money(spend.amount.minorUnits, spend.amount.currencyCode)
                    return """
                        \(spend.spendID) on \(spend.cardID): \(amount) \(spend.amount.currencyCode), \(Moment.text(spend.occurredAt)), \
                        category \(spend.merchantCategoryCode.isEmpty ? "not known" : spend.merchantCategoryCode)
                        preference version \(recorded.preferenceVersion), running total before \(recorded.decision.runningTotalBefore)

                        \(recorded.decision.table(currency: spend.amount.currencyCode))
                        """
                }
            }
        }
    }

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record one cleared spend.",
            discussion:
                "EXAMPLE\n  multibrand admin spends record spend-1 --card card-1 --amount-minor 12345 --currency USD --category 5812"
        )
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The spend's id; the same again gives the same answer.") var spendID: String
        @Option(help: "The card's id.") var card: String
        @Option(help: "The amount in minor units.") var amountMinor: Int64
        @Option(help: "ISO 4217 code of the currency.") var currency: String
        @Option(help: "Merchant category code, four digits.") var category: String = ""
        @Option(help: "The merchant's name.") var merchant: String = ""
        @Option(help: "The merchant's country, ISO 3166-1 alpha-2.") var country: String = ""
        @Option(help: "When the cardholder paid (RFC 3339); now when left out.") var occurredAt: String?

        func run() async throws {
            let time = try occurredAt.map { try Moment.parse($0) }
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordSpendResponse = try await connection.call(
                    "SpendService/RecordSpend",
                    Multibrand_V1_RecordSpendRequest.with {
                        $0.spend.spendID = spendID
                        $0.spend.cardID = card
                        $0.spend.amount.minorUnits = amountMinor
                        $0.spend.amount.currencyCode = currency
                        $0.spend.merchantCategoryCode = category
                        $0.spend.merchantName = merchant
                        $0.spend.merchantCountry = country
                        if let time { $0.spend.occurredAt = time }
                    })
                try connection.show(answer) {
                    (answer.replayed ? "Recorded before; this is the first answer.\n" : "")
                        + answer.decision.table(currency: currency)
                }
            }
        }
    }
}

extension Multibrand_V1_Decision {
    /// Where each minor unit went, and what it earned.
    func table(currency: String) -> String {
        var table = TextTable([
            .text("to"), .number("share"), .number("amount"), .number("earned"), .text("unit"), .text("status"),
            .text("reason"),
        ])
        for leg in legs {
            table.add([
                leg.programID, Quantity.money(leg.shareMinor, currency),
                Quantity.money(leg.amount.minorUnits, currency),
                Quantity.micro(leg.microPoints), leg.unit == .value ? "minor units" : "points",
                leg.status == .parked ? "parked" : "earned", leg.reason,
            ])
        }
        if excludedMinor > 0 {
            table.add(["excluded", "", Quantity.money(excludedMinor, currency), "", "", "", excludedReason])
        }
        if heldMinor > 0 {
            table.add(["held", "", Quantity.money(heldMinor, currency), "", "", "", "waits for a link"])
        }
        return table.rendered()
    }
}
