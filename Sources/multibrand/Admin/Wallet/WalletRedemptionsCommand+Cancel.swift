import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletRedemptionsCommand {
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel a redemption and give back what it took, once.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions cancel red_9c --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The redemption's id.") var redemptionID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm(
                "Cancel \(redemptionID) of \(wallet.name) and give its points back? This cannot be undone.", yes: yes)
            let message = Multibrand_V1_CancelRedemptionRequest.with {
                $0.environment = wallet.environment
                $0.redemptionID = redemptionID
            }
            try await wallet.call("CancelRedemption", message) { (answer: Multibrand_V1_RedemptionResponse) in
                [answer.redemption].table
            }
        }
    }
}
