import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletRedemptionsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one redemption with its member and what it was debited.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet redemptions show red_9c --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The redemption's id.") var redemptionID: String

        func run() async throws {
            let request = Multibrand_V1_GetRedemptionRequest.with {
                $0.environment = wallet.environment
                $0.redemptionID = redemptionID
            }
            try await wallet.call("GetRedemption", request) { (redemption: Multibrand_V1_Redemption) in
                let member = TextTable.printable(redemption.externalUserID)
                return [redemption].table + "\n\nBy \(member), debited \(redemption.pointsDebited) points."
            }
        }
    }
}
