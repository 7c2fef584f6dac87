import ArgumentParser

/// `multibrand admin cards`
struct CardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cards", abstract: "Cards, their links and shares.",
        discussion: "EXAMPLES\n  multibrand admin cards list\n  multibrand admin cards show card-1",
        subcommands: [
            List.self, PreferencesCommand.Show.self, Register.self, Link.self, Delink.self, Allocate.self,
            PreferencesCommand.Changes.self, Widget.self,
        ])
}
