import ArgumentParser

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
