import ArgumentParser

/// `multibrand admin preferences`
struct PreferencesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preferences",
        abstract: "Reward preferences: in force, as they were, as they were known, and derived again.",
        discussion: """
            EXAMPLES
              multibrand admin preferences show card-1 --as-of 2026-11-01T00:00:00Z
              multibrand admin preferences changes card-1
              multibrand admin preferences rebuild --dry-run
            """,
        subcommands: [Show.self, Changes.self, Rebuild.self])
}
