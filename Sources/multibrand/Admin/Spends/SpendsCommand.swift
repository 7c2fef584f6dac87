import ArgumentParser

/// `multibrand admin spends`
struct SpendsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spends", abstract: "Recorded spends and how they were split.",
        discussion:
            "EXAMPLES\n  multibrand admin spends list card-1\n  multibrand admin spends show spend-1\n  multibrand admin spends held",
        subcommands: [List.self, Show.self, Preview.self, Record.self, Held.self, Release.self])
}
