import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension SpendsCommand {
    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what recording a spend would do now, with a token that binds it; stores nothing.",
            discussion: """
                `spends record --preview-token` then does exactly that, or says what changed.

                EXAMPLE
                  multibrand admin spends preview spend-1 --card card-1 --amount-minor 12345 --currency USD --category 5812
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The id the spend will have.") var spendID: String
        @OptionGroup var purchase: PurchaseOptions

        func run() async throws {
            let spend = try purchase.spend(spendID)
            try await admin.connected { connection in
                let answer: Multibrand_V1_PreviewSpendResponse = try await connection.call(
                    "SpendService/PreviewSpend", Multibrand_V1_PreviewSpendRequest.with { $0.spend = spend })
                try connection.show(answer) {
                    """
                    preference version \(answer.preferenceVersion), \(answer.attribution.words)

                    \(answer.decision.table(currency: purchase.currency))

                    The token binds until \(Moment.text(answer.expiresAt)):
                    \(answer.previewToken)
                    """
                }
            }
        }
    }
}

extension Multibrand_V1_Attribution {
    /// Why that version.
    var words: String {
        switch self {
        case .authorization: "pinned when the purchase was authorised"
        case .clearing: "valid when the purchase happened"
        case .latest: "in force when it was recorded"
        case .unspecified, .UNRECOGNIZED: "for a reason this program does not know"
        }
    }
}
