import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletKeysCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key; it is shown this once.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet keys create backend --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "What you call it, 1 to 100 characters.") var label: String
        @Option(help: "When it expires, RFC 3339; never when left out.") var expires: String?

        func run() async throws {
            let request = try Multibrand_V1_CreateOrgKeyRequest.with {
                $0.environment = wallet.environment
                $0.label = label
                if let expires { $0.expiresAt = try Moment.parse(expires) }
            }
            try await wallet.call("CreateOrgKey", request) { (answer: Multibrand_V1_CreateOrgKeyResponse) in
                "Made \(answer.orgKey.keyID) for \(wallet.name). The key, shown this once:\n\(answer.key)"
            }
        }
    }
}
