import ArgumentParser

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
