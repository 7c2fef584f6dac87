import ArgumentParser
import MultibrandAPI
import RPC
import SwiftProtobuf

/// `multibrand admin recovery`
struct RecoveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery",
        abstract: "After a failover or a restore: issuances that Cosmo has and the books may lack.",
        discussion: """
            While a recovery is open nothing is sent to Cosmo. It begins automatically when the server, the \
            timeline or the database has changed, or when no instance ran for a while. It ends automatically once \
            everything \
            that Cosmo has issued since is in the books. docs/operations.md describes what to do.

            EXAMPLES
              multibrand admin recovery show
              multibrand admin recovery adopt tx_81 --card card-7 --evidence "portal: member M-1001 is card-7"
              multibrand admin recovery end --evidence "tx_90 belongs to the travel desk, ticket 4711" --force
            """,
        subcommands: [Show.self, List.self, Begin.self, Compare.self, Adopt.self, End.self])
}

extension RecoveryCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the newest recovery, or one by its number, with what Cosmo has and the books lack.",
            discussion: """
                The exit code is \(ExitStatus.violations.rawValue) while transactions of Cosmo are unexplained. If \
                there was never a recovery, it says so, or prints null with --json, and the exit code is 0.

                EXAMPLES
                  multibrand admin recovery show
                  multibrand admin recovery show 3 --json
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The recovery's number; the newest when left out.") var number: Int64?

        func validate() throws {
            if let number, number < 1 { throw ValidationError("recoveries are numbered from 1") }
        }

        func run() async throws {
            let shown = try await admin.connected { connection -> Multibrand_V1_Recovery? in
                do {
                    let recovery: Multibrand_V1_Recovery = try await connection.call(
                        "IssuanceService/GetRecovery",
                        Multibrand_V1_GetRecoveryRequest.with { $0.recoveryNumber = number ?? 0 })
                    try connection.show(recovery) { recovery.page }
                    return recovery
                } catch let error as RPCError where number == nil && error.code == .notFound {
                    connection.showNothing([Multibrand_V1_Recovery]().table)
                    return nil
                }
            }
            if let shown, shown.openCount > 0 { throw ExitStatus.violations.code }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the recoveries, newest first.",
            discussion: "EXAMPLE\n  multibrand admin recovery list --limit 10")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions

        func run() async throws {
            try await admin.connected { connection in
                let recoveries = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListRecoveriesResponse = try await connection.call(
                        "IssuanceService/ListRecoveries",
                        Multibrand_V1_ListRecoveriesRequest.with {
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.recoveries, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListRecoveriesResponse.with { $0.recoveries = recoveries }) {
                    recoveries.table
                }
            }
        }
    }
}

extension RecoveryCommand {
    struct Begin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop issuing, and compare everything since a time with Cosmo.",
            discussion: """
                For a restore that the service could not detect. Issuing resumes automatically once everything is \
                explained.

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
            abstract: "Add a transaction that only Cosmo has to the books, as an issuance of its card.",
            discussion: """
                Cannot be undone. The issuance counts against what the card has earned with the program. A reference \
                number \
                of this service proves its card, so another card is refused. Without such a number, name the card.

                EXAMPLE
                  multibrand admin recovery adopt tx_81 --card card-7 --evidence "portal: member M-1001 is card-7"
                """)
        enum Unit: String, ExpressibleByArgument, CaseIterable {
            case points, value
        }

        @OptionGroup var admin: AdminOptions
        @Argument(help: "Cosmo's transaction id, or the reference number.") var transaction: String
        @Option(help: "The card it was made for; needed unless the reference number proves it.") var card: String = ""
        @Option(help: "points or value, if Cosmo does not report it and the card has earned both or neither.")
        var unit: Unit?
        @Option(help: "What you saw, and where; stored with the issuance.") var evidence: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Take \(transaction) into the books? This cannot be undone.", yes: yes)
            try await admin.connected { connection in
                let issuance: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/AdoptIssuance",
                    Multibrand_V1_AdoptIssuanceRequest.with {
                        $0.transaction = transaction
                        $0.cardID = card
                        if let unit { $0.unit = unit == .points ? .points : .value }
                        $0.evidence = evidence
                    })
                try connection.show(issuance) { [issuance].table }
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the open recovery, so that issuing resumes.",
            discussion: """
                A recovery ends automatically once everything is explained. --force ends it even if the comparison is \
                not \
                complete, or transactions of Cosmo are unexplained; if one of them is ours, its points may be issued \
                twice.

                EXAMPLE
                  multibrand admin recovery end --evidence "tx_90 belongs to the travel desk, ticket 4711" --force
                """)
        @OptionGroup var admin: AdminOptions
        @Option(help: "What you saw, and where; stored with the recovery.") var evidence: String
        @Flag(help: "Also when it was not compared to its end, or findings are open.") var force = false
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            if force {
                try confirm(
                    "End the recovery although transactions are unexplained? Points may be issued twice.", yes: yes)
            }
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

extension [Multibrand_V1_Recovery] {
    /// One line a recovery.
    var table: String {
        var table = TextTable([
            .number("number"), .text("began"), .text("because"), .number("at Cosmo"), .number("in the books"),
            .number("adopted"), .number("unexplained"), .text("state"),
        ])
        for one in self {
            table.add([
                "\(one.recoveryNumber)", Moment.text(one.begunAt), one.cause.word, "\(one.cosmoCount)",
                "\(one.inBooksCount)", "\(one.adoptedCount)", "\(one.openCount)", one.state,
            ])
        }
        return table.rendered(whenEmpty: "Issuing was never stopped for a recovery.")
    }
}

extension Multibrand_V1_Recovery {
    /// The recovery, what to do next, and each transaction of Cosmo that it found.
    var page: String {
        var parts = [[self].table, facts.joined(separator: "\n")]
        if !findings.isEmpty {
            var table = TextTable([
                .text("Cosmo's id"), .text("reference"), .text("program"), .text("card"), .text("found"), .text("now"),
                .text("detail"),
            ])
            for finding in findings {
                table.add([
                    finding.cosmoTransactionID, finding.referenceNumber, finding.programID, finding.cardID,
                    finding.reason, finding.state, finding.detailJson,
                ])
            }
            parts.append(table.rendered())
        }
        return parts.joined(separator: "\n\n")
    }

    private var facts: [String] {
        var lines = [
            "What changed: \(detail)",
            "To compare: \(Moment.text(compareFrom)) to \(Moment.text(compareUntil))"
                + (hasComparedAt ? ", last compared at \(Moment.text(comparedAt))" : ", not compared yet"),
        ]
        if foreignCount > 0 { lines.append("Made by other systems: \(foreignCount), by their reference numbers.") }
        if hasEndedAt {
            lines.append(
                "Ended \(Moment.text(endedAt)) by \(endedBy)" + (evidence.isEmpty ? "." : ": \(evidence)"))
        } else {
            lines.append("Nothing is sent to Cosmo. \(next)")
        }
        if !hasEndedAt || adoptedCount > 0 {
            let condition =
                cause == .gap || cause == .operator
                ? "If a backup was restored, spends" : "Unless the standby was synchronous, spends"
            lines.append(
                "\(condition) acknowledged after \(Moment.text(compareFrom)) may be lost: have the card platforms "
                    + "send them again."
            )
        }
        return lines
    }

    private var next: String {
        if failure == "LISTING_OFF" {
            return
                "cosmo.intervalListing is off, so nothing is compared: compare with Cosmo's portal, adopt what is "
                + "ours, "
                + "then admin recovery end --force."
        }
        if !failure.isEmpty { return "The last comparison failed: \(failure). It is tried again by itself." }
        if openCount > 0 {
            return
                "Adopt what is ours (admin recovery adopt), then issuing goes on; or end it (admin recovery end "
                + "--force)."
        }
        return comparedToEnd
            ? "Issuing goes on in a few seconds."
            : "The comparison that sees everything begins at \(Moment.text(finalAt)); nothing is to be done until then."
    }

    fileprivate var state: String {
        if hasEndedAt { return "ended" }
        if !failure.isEmpty { return "failed: \(failure)" }
        return openCount > 0 ? "waits for a person" : "comparing"
    }
}

extension Multibrand_V1_RecoveryFinding {
    fileprivate var state: String {
        if !adoptedAs.isEmpty { return "in the books" }
        return open ? "unexplained" : "failed at Cosmo"
    }
}

extension Multibrand_V1_RecoveryCause {
    fileprivate var word: String {
        switch self {
        case .server: "another server"
        case .timeline: "another timeline"
        case .database: "another database"
        case .gap: "no instance ran"
        case .operator: "an operator"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }
}
