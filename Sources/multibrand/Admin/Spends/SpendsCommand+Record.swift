import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension SpendsCommand {
    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record one cleared spend.",
            discussion: """
                With a token of `spends preview` it is recorded exactly as previewed, or refused with what changed.

                EXAMPLE
                  multibrand admin spends record spend-1 --card card-1 --amount-minor 12345 --currency USD --category 5812
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The spend's id; the same again gives the same answer.") var spendID: String
        @OptionGroup var purchase: PurchaseOptions
        @Option(help: "What `spends preview` gave.") var previewToken: String = ""

        func run() async throws {
            let spend = try purchase.spend(spendID)
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordSpendResponse = try await connection.call(
                    "SpendService/RecordSpend",
                    Multibrand_V1_RecordSpendRequest.with {
                        $0.spend = spend
                        $0.previewToken = previewToken
                    })
                try connection.show(answer) {
                    (answer.replayed ? "Recorded before; this is the first answer.\n" : "")
                        + answer.decision.table(currency: purchase.currency)
                }
            }
        }
    }
}
