import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin debts`
struct DebtsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debts", abstract: "What cards owe programs: clawed back after it was issued.",
        discussion: """
            EXAMPLES
              multibrand admin debts list --program prg_sky
              multibrand admin debts write-off card-1 prg_sky --reason "goodwill, case 4711"
            """,
        subcommands: [List.self, WriteOff.self])
}

extension DebtsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List positions that owe, largest debt first within a program, with the age of the debt.",
            discussion: """
                Later earnings pay the oldest clawbacks first, so the debt consists of the newest ones.

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
        return table.rendered(whenEmpty: "No debts.")
    }
}

extension DebtsCommand {
    struct WriteOff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "write-off",
            abstract:
                "Write off a debt, fully or partly. It cannot be undone, and is kept permanently with its reason.",
            discussion: """
                EXAMPLES
                  multibrand admin debts write-off card-1 prg_sky --reason "goodwill, case 4711"
                  multibrand admin debts write-off card-1 prg_sky --quantity 12.5 --reason "half of it" --yes
                """)

        enum Unit: String, ExpressibleByArgument, CaseIterable {
            case points
            case value
        }

        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String
        @Option(help: "How much, a decimal in the unit; all that is owed when left out.") var quantity: String?
        @Option(help: "points, or value in minor units of the card's currency.") var unit: Unit = .points
        @Option(help: "Why; kept permanently.") var reason: String
        @Flag(help: "Declare that spends lost after Cosmo had issued their points have been resent, or never will be.")
        var lostSpendsSettled = false
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            let micro = try quantity.map(Self.micro) ?? 0
            let much = quantity.map { "\($0) \(unit.rawValue)" } ?? "everything"
            try confirm("Write off \(much) that \(cardID) owes \(programID)? This cannot be undone.", yes: yes)
            try await admin.connected { connection in
                let position: Multibrand_V1_Position = try await connection.call(
                    "IssuanceService/WriteOffDebt",
                    Multibrand_V1_WriteOffDebtRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                        $0.unit = unit == .points ? .points : .value
                        $0.micro = micro
                        $0.reason = reason
                        $0.requestID = request.text
                        $0.lostSpendsSettled = lostSpendsSettled
                    })
                try connection.show(position) { [position].table }
            }
        }

        /// A decimal above zero with at most six places, in millionths.
        static func micro(_ text: String) throws -> Int64 {
            let pieces = text.split(separator: ".", omittingEmptySubsequences: false)
            let fraction = pieces.count == 2 ? String(pieces[1]) : ""
            let digits = pieces.first.map { String($0) + fraction } ?? ""
            guard pieces.count <= 2, fraction.count <= 6, pieces.count == 1 || !fraction.isEmpty,
                pieces[0].isEmpty == false, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
                let micro = Int64(digits + String(repeating: "0", count: 6 - fraction.count)), micro > 0
            else {
                throw ValidationError("--quantity must be a decimal above zero with at most six places, such as 12.5")
            }
            return micro
        }
    }
}
