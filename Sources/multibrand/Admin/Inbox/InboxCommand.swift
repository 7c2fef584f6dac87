import ArgumentParser

/// `multibrand admin inbox`
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Webhook deliveries.",
        discussion: "EXAMPLES\n  multibrand admin inbox list --status parked\n  multibrand admin inbox replay 17",
        subcommands: [List.self, Show.self, Replay.self, Resolve.self])
}
