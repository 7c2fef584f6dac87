import ArgumentParser

/// `multibrand admin wallet offers`
struct WalletOffersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers", abstract: "What points can be redeemed for.",
        discussion: """
            EXAMPLES
              multibrand admin wallet offers create --id spa-day --title "Spa day" --points 1200 --live
              multibrand admin wallet offers price spa-day 1500 --live
            """,
        subcommands: [List.self, Create.self, Update.self, Price.self, Expire.self])
}
