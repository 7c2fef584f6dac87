import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
