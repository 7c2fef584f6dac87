import ArgumentParser

/// `multibrand admin authorizations`
struct AuthorizationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorizations", abstract: "Authorised purchases that pin a preference until they clear.",
        discussion: """
            EXAMPLES
              multibrand admin authorizations show auth-1
              multibrand admin authorizations reverse auth-1
            """,
        subcommands: [Show.self, Reverse.self])
}
