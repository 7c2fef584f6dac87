import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension WalletMembersCommand {
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Archive a member; the balance lapses unless it is kept.",
            discussion: """
                EXAMPLES
                  multibrand admin wallet members remove cust-77 --live
                  multibrand admin wallet members remove cust-77 --keep-balance
                """)
        @OptionGroup var wallet: WalletOptions
        @Argument(help: "The member's external user id.") var member: String
        @Flag(help: "Keep the balance for a member who returns.") var keepBalance = false
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try await wallet.admin.connected { connection in
                if !keepBalance, !yes {
                    let summary: Multibrand_V1_WalletMemberSummary = try await connection.call(
                        "WalletService/GetMember",
                        Multibrand_V1_GetMemberRequest.with {
                            $0.environment = wallet.environment
                            $0.externalUserID = member
                        })
                    try confirm(
                        "Remove \(member) from \(wallet.name)? \(summary.wallet.balance) points lapse, and do not come back.",
                        yes: yes)
                }
                let removed: Multibrand_V1_RemoveMemberResponse = try await connection.call(
                    "WalletService/RemoveMember",
                    Multibrand_V1_RemoveMemberRequest.with {
                        $0.environment = wallet.environment
                        $0.externalUserID = member
                        $0.retainBalance = keepBalance
                    })
                try connection.show(removed) {
                    "\(member) is removed; the balance \(removed.balanceRetained ? "is kept" : "has lapsed")."
                }
            }
        }
    }
}
