import ArgumentParser

/// `multibrand admin clients`
struct ClientsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients", abstract: "Who may call, and their keys.",
        discussion: "EXAMPLE\n  multibrand admin clients create platform-a --role platform",
        subcommands: [List.self, Create.self, Revoke.self])
}
