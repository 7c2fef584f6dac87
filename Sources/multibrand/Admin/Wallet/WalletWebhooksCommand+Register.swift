import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletWebhooksCommand {
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register an endpoint; its signing secret is shown this once.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet webhooks register https://hooks.example.com/w wallet.credited --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "An https URL.") var url: String
        @Argument(help: "The events it receives, such as wallet.credited.") var events: [String]
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func run() async throws {
            let message = Multibrand_V1_RegisterWebhookRequest.with {
                $0.environment = wallet.environment
                $0.url = url
                $0.events = events
                $0.idempotencyKey = request.text
            }
            try await wallet.call("RegisterWebhook", message) { (answer: Multibrand_V1_RegisterWebhookResponse) in
                "Registered \(answer.webhook.webhookID). Its signing secret, shown this once:\n\(answer.signingSecret)"
            }
        }
    }
}
