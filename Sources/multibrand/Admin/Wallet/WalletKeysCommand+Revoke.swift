import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletKeysCommand {
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop a key at once.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet keys revoke key_5f --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The key's id.") var keyID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm(
                "Revoke \(keyID) of \(wallet.name)? Its calls will be refused, and this cannot be undone.", yes: yes)
            let request = Multibrand_V1_RevokeOrgKeyRequest.with {
                $0.environment = wallet.environment
                $0.keyID = keyID
            }
            try await wallet.call("RevokeOrgKey", request) { (key: Multibrand_V1_OrgKey) in
                "\(key.keyID) works no more since \(Moment.text(key.revokedAt))."
            }
        }
    }
}
