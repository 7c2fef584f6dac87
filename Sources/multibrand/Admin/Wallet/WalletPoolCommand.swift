import ArgumentParser

/// `multibrand admin wallet pool`
struct WalletPoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "The prepaid pool that live credits draw from; there is none in SANDBOX.",
        discussion: """
            EXAMPLES
              multibrand admin wallet pool show
              multibrand admin wallet pool top-up 100000 --reference invoice-4711 --low-below 20000
            """,
        subcommands: [Show.self, TopUp.self, Mark.self])
}
