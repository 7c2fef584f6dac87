import ArgumentParser

/// `multibrand admin recovery`
struct RecoveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery", abstract: "After a failover or a restore: what Cosmo has and the books may lack.",
        discussion: """
            While a recovery is open nothing is sent to Cosmo. It begins by itself when the database is on another server, \
            timeline or database than before, or when no instance ran for a while, and ends by itself once everything that \
            Cosmo issued meanwhile is in the books. docs/operations.md says what to do.

            EXAMPLES
              multibrand admin recovery show
              multibrand admin recovery adopt tx_81 --card card-7 --evidence "portal: member M-1001 is card-7"
              multibrand admin recovery end --evidence "tx_90 belongs to the travel desk, ticket 4711" --force
            """,
        subcommands: [Show.self, List.self, Begin.self, Compare.self, Adopt.self, End.self])
}
