import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletMembersCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a member with totals and redemptions by status.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet members show cust-77 --live
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The member's external user id.") var member: String

        func run() async throws {
            let request = Multibrand_V1_GetMemberRequest.with {
                $0.environment = wallet.environment
                $0.externalUserID = member
            }
            try await wallet.call("GetMember", request) { (summary: Multibrand_V1_WalletMemberSummary) in
                var counts = TextTable([.text("redemptions"), .number("how many")])
                for (status, count) in summary.redemptionCounts.sorted(by: { $0.key < $1.key }) where count > 0 {
                    counts.add([status.lowercased(), "\(count)"])
                }
                return [summary].table + (counts.isEmpty ? "" : "\n\n" + counts.rendered())
            }
        }
    }
}
