import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletRedemptionsCommand {
    struct Redeem: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Redeem an offer for a member.",
            discussion: """
                The same --request again gives the first answer and takes no more points.

                EXAMPLE
                  multibrand admin wallet redemptions redeem cust-77 spa-day --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The member's external user id.") var member: String
        @Argument(help: "The offer's id.") var offerID: String
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func run() async throws {
            let message = Multibrand_V1_RedeemRequest.with {
                $0.environment = wallet.environment
                $0.externalUserID = member
                $0.offerID = offerID
                $0.idempotencyKey = request.text
            }
            try await wallet.call("Redeem", message) { (answer: Multibrand_V1_RedemptionResponse) in
                [answer.redemption].table
            }
        }
    }
}
