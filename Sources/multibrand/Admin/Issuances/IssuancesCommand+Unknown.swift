import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension IssuancesCommand {
    struct Unknown: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what may or may not have been issued, by program.",
            discussion: """
                Nothing of it is sent again blindly: reads from Cosmo, a webhook or `issuances resolve` settle it.

                EXAMPLE
                  multibrand admin issuances unknown
                """)
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListUnknownBalancesResponse = try await connection.call(
                    "IssuanceService/ListUnknownBalances", Multibrand_V1_ListUnknownBalancesRequest())
                try connection.show(answer) {
                    var table = TextTable([
                        .text("program"), .number("unknown"), .text("unit"), .number("issues"), .text("oldest sent"),
                    ])
                    for balance in answer.balances {
                        table.add([
                            balance.programID, Quantity.micro(balance.unknownMicro),
                            balance.unit == .value ? "minor units" : "points", "\(balance.issuanceCount)",
                            Moment.text(balance.oldestSentAt),
                        ])
                    }
                    return table.rendered(whenEmpty: "Nothing is unknown.")
                }
            }
        }
    }
}
