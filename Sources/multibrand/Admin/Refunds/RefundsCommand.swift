import ArgumentParser

/// `multibrand admin refunds`
struct RefundsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refunds", abstract: "Refunds, the spends that bear them, and what each took back.",
        discussion: """
            EXAMPLES
              multibrand admin refunds list --status held
              multibrand admin refunds show refund-1
              multibrand admin refunds reattribute refund-1 spend-1=1500 spend-2=500 --reason "receipt shows both"
            """,
        subcommands: [List.self, Show.self, Record.self, Undo.self, Reattribute.self])
}
