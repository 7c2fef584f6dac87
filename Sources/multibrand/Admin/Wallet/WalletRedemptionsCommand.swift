import ArgumentParser

/// `multibrand admin wallet redemptions`
struct WalletRedemptionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redemptions", abstract: "Redemptions through their lifecycle.",
        discussion: """
            EXAMPLES
              multibrand admin wallet redemptions list cust-77 --live
              multibrand admin wallet redemptions move red_9c --to purchased --live
            """,
        subcommands: [List.self, Show.self, Redeem.self, Move.self, Cancel.self])
}
