import ArgumentParser

/// `multibrand admin debts`
struct DebtsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debts", abstract: "What cards owe programs: clawed back after it was issued.",
        discussion: """
            EXAMPLES
              multibrand admin debts list --program prg_sky
              multibrand admin debts write-off card-1 prg_sky --reason "goodwill, case 4711"
            """,
        subcommands: [List.self, WriteOff.self])
}
