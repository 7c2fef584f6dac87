import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet webhooks`
struct WalletWebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "Endpoints that receive the wallet's events.",
        discussion: """
            EXAMPLES
              multibrand admin wallet webhooks register https://hooks.example.com/w wallet.credited --live
            """,
        subcommands: [List.self, Register.self, Delete.self])
}

extension WalletWebhooksCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List endpoints, newest first, disabled ones too.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet webhooks list --live
                """)
        @OptionGroup var wallet: WalletOptions
        func run() async throws {
            let request = Multibrand_V1_ListWebhooksRequest.with { $0.environment = wallet.environment }
            try await wallet.call("ListWebhooks", request) { (answer: Multibrand_V1_ListWebhooksResponse) in
                answer.webhooks.table
            }
        }
    }
}

extension WalletWebhooksCommand {
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register an endpoint; its signing secret is shown only once.",
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
