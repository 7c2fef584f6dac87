import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletKeysCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List keys, oldest first; the keys themselves are never shown again.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet keys list --live
                """)
        @OptionGroup var wallet: WalletOptions
        func run() async throws {
            let request = Multibrand_V1_ListOrgKeysRequest.with { $0.environment = wallet.environment }
            try await wallet.call("ListOrgKeys", request) { (answer: Multibrand_V1_ListOrgKeysResponse) in
                answer.orgKeys.table
            }
        }
    }
}
