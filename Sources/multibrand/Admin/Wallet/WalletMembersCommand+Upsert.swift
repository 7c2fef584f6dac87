import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletMembersCommand {
    struct Upsert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a member, or change what is named and bring a removed one back.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet members upsert cust-77 --name "A. Member" --tier gold
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The member's external user id.") var member: String
        @Option(help: "The name to show.") var name: String?
        @Option(help: "Kept, never shown.") var email: String?
        @Option(help: "The tier.") var tier: String?
        @Option(help: "A JSON object, replaced as a whole.") var attributes: String?

        func run() async throws {
            let request = Multibrand_V1_UpsertMemberRequest.with {
                $0.environment = wallet.environment
                $0.externalUserID = member
                if let name { $0.displayName = name }
                if let email { $0.email = email }
                if let tier { $0.tier = tier }
                if let attributes { $0.attributesJson = attributes }
            }
            try await wallet.call("UpsertMember", request) { (answer: Multibrand_V1_UpsertMemberResponse) in
                "\(answer.member.externalUserID) is a member in \(wallet.name), tier \(answer.member.tier)."
            }
        }
    }
}
