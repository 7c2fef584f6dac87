import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletWebhooksCommand {
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop sending events to an endpoint.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet webhooks delete whk_3a --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The endpoint's id.") var webhookID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Stop telling \(webhookID) of \(wallet.name)? This cannot be undone.", yes: yes)
            let message = Multibrand_V1_DeleteWebhookRequest.with {
                $0.environment = wallet.environment
                $0.webhookID = webhookID
            }
            try await wallet.call("DeleteWebhook", message) { (answer: Multibrand_V1_DeleteWebhookResponse) in
                "\(answer.webhookID) receives no more events."
            }
        }
    }
}
