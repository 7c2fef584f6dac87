import ArgumentParser

/// `multibrand admin issuances`
struct IssuancesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issuances", abstract: "Issues asked of Cosmo, and what became of them.",
        discussion:
            "EXAMPLES\n  multibrand admin issuances list --status unknown\n  multibrand admin issuances unknown",
        subcommands: [List.self, Show.self, Retry.self, Unknown.self, Resolve.self, Calls.self])
}
