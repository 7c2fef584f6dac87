import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension RecoveryCommand {
    struct Begin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop issuing, and compare everything since a time with Cosmo.",
            discussion: """
                For a restore that the service could not notice. Issuing goes on by itself once everything is explained.

                EXAMPLE
                  multibrand admin recovery begin --since 2026-11-20T03:00:00Z --reason "restored last night's snapshot"
                """)
        @OptionGroup var admin: AdminOptions
        @Option(help: "The time of the backup (RFC 3339), or of the last commit that is known to have survived.")
        var since: String
        @Option(help: "What happened; kept beside the recovery.") var reason: String

        func run() async throws {
            let since = try Moment.parse(since)
            try await admin.connected { connection in
                let recovery: Multibrand_V1_Recovery = try await connection.call(
                    "IssuanceService/BeginRecovery",
                    Multibrand_V1_BeginRecoveryRequest.with {
                        $0.since = since
                        $0.reason = reason
                    })
                try connection.show(recovery) { recovery.page }
            }
        }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare now instead of when the next comparison is due.",
            discussion: """
                Returns at once; `show` has the result.

                EXAMPLE
                  multibrand admin recovery compare && sleep 10 && multibrand admin recovery show
                """)
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let recovery: Multibrand_V1_Recovery = try await connection.call(
                    "IssuanceService/CompareRecovery", Multibrand_V1_CompareRecoveryRequest())
                try connection.show(recovery) { recovery.page }
            }
        }
    }

    struct Adopt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a transaction that only Cosmo knows into the books, as an issue of its card.",
            discussion: """
                Cannot be undone. The issue counts against what the card has earned with the program. A reference number of \
                this service proves its card, so another card is refused. Without such a number name the card.

                EXAMPLE
                  multibrand admin recovery adopt tx_81 --card card-7 --evidence "portal: member M-1001 is card-7"
                """)
        enum Unit: String, ExpressibleByArgument, CaseIterable {
            case points, value
        }

        @OptionGroup var admin: AdminOptions
        @Argument(help: "Cosmo's transaction id, or the reference number.") var transaction: String
        @Option(help: "The card it was made for; needed unless the reference number proves it.") var card: String = ""
        @Option(help: "points or value, when Cosmo does not tell and the card has earned both or neither.")
        var unit: Unit?
        @Option(help: "What you saw, and where; kept beside the issue.") var evidence: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Take \(transaction) into the books? This cannot be undone.", yes: yes)
            try await admin.connected { connection in
                let issue: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/AdoptIssuance",
                    Multibrand_V1_AdoptIssuanceRequest.with {
                        $0.transaction = transaction
                        $0.cardID = card
                        if let unit { $0.unit = unit == .points ? .points : .value }
                        $0.evidence = evidence
                    })
                try connection.show(issue) { [issue].table }
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the open recovery: issuing goes on.",
            discussion: """
                A recovery ends by itself once everything is explained. --force ends it although it was not compared to its \
                end, or transactions of Cosmo are unexplained; if one of them is an issue of ours, its points may be issued twice.

                EXAMPLE
                  multibrand admin recovery end --evidence "tx_90 belongs to the travel desk, ticket 4711" --force
                """)
        @OptionGroup var admin: AdminOptions
        @Option(help: "What you saw, and where; kept beside the recovery.") var evidence: String
        @Flag(help: "Also when it was not compared to its end, or findings are open.") var force = false
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            if force { try confirm("End the recovery whatever is unexplained? Points may be issued twice.", yes: yes) }
            try await admin.connected { connection in
                let recovery: Multibrand_V1_Recovery = try await connection.call(
                    "IssuanceService/EndRecovery",
                    Multibrand_V1_EndRecoveryRequest.with {
                        $0.evidence = evidence
                        $0.force = force
                    })
                try connection.show(recovery) { recovery.page }
            }
        }
    }
}
