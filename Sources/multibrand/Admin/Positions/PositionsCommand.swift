import ArgumentParser

/// `multibrand admin positions`
struct PositionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "positions", abstract: "What cards have earned with programs, and what became of it.",
        discussion: "EXAMPLE\n  multibrand admin positions list --blocked",
        subcommands: [List.self, Show.self])
}
