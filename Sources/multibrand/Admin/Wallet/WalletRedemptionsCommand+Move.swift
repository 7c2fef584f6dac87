import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletRedemptionsCommand {
    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move a redemption forward; it never goes back.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions move red_9c --to purchased --begins 2026-12-24T10:00:00Z --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The redemption's id.") var redemptionID: String
        @Option(help: "The status to move to.") var to: RedemptionStatusWord
        @Option(help: "When what was redeemed begins, RFC 3339.") var begins: String?
        @Option(help: "When it ends, RFC 3339.") var ends: String?

        func run() async throws {
            let message = try Multibrand_V1_MoveRedemptionRequest.with {
                $0.environment = wallet.environment
                $0.redemptionID = redemptionID
                $0.status = to.status
                if let begins { $0.startAt = try Moment.parse(begins) }
                if let ends { $0.endAt = try Moment.parse(ends) }
            }
            try await wallet.call("MoveRedemption", message) { (answer: Multibrand_V1_RedemptionResponse) in
                [answer.redemption].table
            }
        }
    }
}
