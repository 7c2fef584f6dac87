import ArgumentParser

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
