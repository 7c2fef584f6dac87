import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet members`
struct WalletMembersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "The customers' members, their totals and ledgers.",
        discussion: """
            EXAMPLES
              multibrand admin wallet members show cust-77 --live
              multibrand admin wallet members transactions cust-77 --limit 200
            """,
        subcommands: [List.self, Show.self, Upsert.self, Remove.self, Transactions.self])
}

extension WalletMembersCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List members in order of id, removed ones too.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet members list --live
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions

        func run() async throws {
            try await wallet.admin.connected { connection in
                let members = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListMembersResponse = try await connection.call(
                        "WalletService/ListMembers",
                        Multibrand_V1_ListMembersRequest.with {
                            $0.environment = wallet.environment
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.members, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListMembersResponse.with { $0.members = members }) { members.table }
            }
        }
    }
}

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

extension WalletMembersCommand {
    struct Upsert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a member, or change the given fields and restore a removed one.",
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

extension WalletMembersCommand {
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Archive a member; the balance is forfeited unless it is kept.",
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
                        "Remove \(member) from \(wallet.name)? \(summary.wallet.balance) points lapse, and do not come "
                            + "back.",
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

extension WalletMembersCommand {
    struct Transactions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a member's ledger, newest first.",
            discussion: """
                EXAMPLE
                  multibrand admin wallet members transactions cust-77 --limit 200
                """)
        @OptionGroup var wallet: WalletOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The member's external user id.") var member: String

        func run() async throws {
            try await wallet.admin.connected { connection in
                let rows = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListTransactionsResponse = try await connection.call(
                        "WalletService/ListTransactions",
                        Multibrand_V1_ListTransactionsRequest.with {
                            $0.environment = wallet.environment
                            $0.externalUserID = member
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.transactions, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListTransactionsResponse.with { $0.transactions = rows }) {
                    rows.table
                }
            }
        }
    }
}
