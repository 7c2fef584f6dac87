import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletKeysCommand {
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key in place of another, which works on for a while.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet keys rotate key_5f --live --overlap-hours 48
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The old key's id; `keys list` shows it.") var keyID: String
        @Option(help: "How many hours the old key works on, at most 2160.") var overlapHours: Int64 = 24

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
                "\(keyID) works for another \(overlapHours) h. Made \(answer.orgKey.keyID); the key, shown this once:\n\(answer.key)"
            }
        }
    }
}
