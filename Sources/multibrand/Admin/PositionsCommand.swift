import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin positions`
struct PositionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "positions", abstract: "What cards have earned with programs, and where it is now.",
        discussion: "EXAMPLE\n  multibrand admin positions list --blocked",
        subcommands: [List.self, Show.self])
}

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

extension PositionsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one position.", discussion: "EXAMPLE\n  multibrand admin positions show card-1 prg_sky")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "The program's id.") var programID: String

        func run() async throws {
            try await admin.connected { connection in
                let position: Multibrand_V1_Position = try await connection.call(
                    "IssuanceService/GetPosition",
                    Multibrand_V1_GetPositionRequest.with {
                        $0.cardID = cardID
                        $0.programID = programID
                    })
                try connection.show(position) { [position].table + position.takenBackLines }
            }
        }
    }
}

extension [Multibrand_V1_Position] {
    /// Each row adds up: earned - clawed back + written off = issued + in flight + unknown + pending - debt (I-2).
    var table: String {
        var table = TextTable([
            .text("card"), .text("program"), .text("unit"), .number("earned"), .number("clawed back"),
            .number("issued"),
            .number("in flight"), .number("unknown"), .number("pending"), .number("debt"), .number("written off"),
            .text("waits because"),
        ])
        for position in self {
            table.add([
                position.cardID, position.programID, position.unit == .value ? "minor units" : "points",
                Quantity.micro(position.earnedMicro), Quantity.micro(position.clawedBackMicro),
                Quantity.micro(position.issuedMicro),
                Quantity.micro(position.inFlightMicro), Quantity.micro(position.unknownMicro),
                Quantity.micro(position.pendingMicro),
                Quantity.micro(position.debtMicro), Quantity.micro(position.writtenOffMicro), position.waitsBecause,
            ])
        }
        return table.rendered()
    }
}

extension Multibrand_V1_Position {
    /// Why what is pending is not issued yet; empty when nothing holds it back.
    fileprivate var waitsBecause: String {
        guard blockedReason.isEmpty, minimumMicro > 0 else { return blockedReason }
        return "below the minimum of \(Quantity.micro(minimumMicro))"
    }

    /// What refunds took back out of the wallet; nothing for a program that Cosmo issues.
    var takenBackLines: String {
        takenBack.map { row in
            "\nTaken back \(Moment.text(row.recordedAt)): \(Quantity.micro(row.micro)) points, row "
                + "\(row.walletTransactionID) of the wallet's ledger."
        }.joined()
    }
}
