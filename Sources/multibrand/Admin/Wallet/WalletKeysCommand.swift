import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet keys`
struct WalletKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Organisation keys of the REST door.",
        discussion: """
            EXAMPLES
              multibrand admin wallet keys create backend --live
              multibrand admin wallet keys rotate key_5f --live --overlap-hours 48
            """,
        subcommands: [List.self, Create.self, Rotate.self, Revoke.self])
}

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

extension WalletKeysCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key; it is shown only once.",
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

extension WalletKeysCommand {
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key that replaces another, which keeps working for a while.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet keys rotate key_5f --live --overlap-hours 48
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The old key's id; `keys list` shows it.") var keyID: String
        @Option(help: "How many hours the old key keeps working, at most 2160.") var overlapHours: Int64 = 24

        func validate() throws {
            guard (0...2160).contains(overlapHours) else {
                throw ValidationError("--overlap-hours must be from 0 to 2160")
            }
        }

        func run() async throws {
            let request = Multibrand_V1_RotateOrgKeyRequest.with {
                $0.environment = wallet.environment
                $0.keyID = keyID
                $0.overlapSeconds = overlapHours * 3600
            }
            try await wallet.call("RotateOrgKey", request) { (answer: Multibrand_V1_CreateOrgKeyResponse) in
                "\(keyID) works for another \(overlapHours) h. Made \(answer.orgKey.keyID); the key, shown this "
                    + "once:\n\(answer.key)"
            }
        }
    }
}

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
