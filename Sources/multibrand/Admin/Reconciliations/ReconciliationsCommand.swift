import ArgumentParser

/// `multibrand admin reconciliations`
struct ReconciliationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconciliations", abstract: "Days compared with Cosmo's own transactions.",
        discussion: """
            EXAMPLES
              multibrand admin reconciliations list
              multibrand admin reconciliations show 2026-11-20
              multibrand admin reconciliations run 2026-11-20
            """,
        subcommands: [List.self, Show.self, Run.self])
}
