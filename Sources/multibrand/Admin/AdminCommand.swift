import ArgumentParser

/// `multibrand admin`: asks and steers a running service over gRPC.
struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Query and operate a running service.",
        discussion: """
            Every subcommand takes --json. Commands that cannot be undone ask for confirmation; scripts pass --yes.

            EXAMPLES
              multibrand admin spends held
              multibrand admin cards show card-1
              multibrand admin issuances list --status unknown --json
            """,
        subcommands: [
            CardsCommand.self, PreferencesCommand.self, ProgramsCommand.self, SpendsCommand.self,
            AuthorizationsCommand.self, RefundsCommand.self, PositionsCommand.self, DebtsCommand.self,
            IssuancesCommand.self, ReconciliationsCommand.self, RecoveryCommand.self, WalletCommand.self,
            InboxCommand.self,
            ClientsCommand.self,
            ActionsCommand.self, HealthCommand.self,
        ])
}
