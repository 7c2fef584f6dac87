import ArgumentParser
import MultibrandAPI
import Rewards
import SwiftProtobuf

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

extension ReconciliationsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the days compared, newest first.",
            discussion: "EXAMPLE\n  multibrand admin reconciliations list --limit 14")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions

        func run() async throws {
            try await admin.connected { connection in
                let days = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListReconciliationsResponse = try await connection.call(
                        "IssuanceService/ListReconciliations",
                        Multibrand_V1_ListReconciliationsRequest.with {
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.reconciliations, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListReconciliationsResponse.with { $0.reconciliations = days }) {
                    days.table
                }
            }
        }
    }
}

extension ReconciliationsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what one day's comparison found.",
            discussion: """
                The exit code is \(ExitStatus.violations.rawValue) when the books of that day do not agree.

                EXAMPLE
                  multibrand admin reconciliations show 2026-11-20
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The UTC day, as 2026-11-20.") var day: String

        func validate() throws { try ReconciledDay.check(day) }

        func run() async throws {
            let found = try await admin.connected { connection in
                let found: Multibrand_V1_Reconciliation = try await connection.call(
                    "IssuanceService/GetReconciliation", Multibrand_V1_GetReconciliationRequest.with { $0.day = day })
                try connection.show(found) { found.page }
                return found
            }
            try found.requireAgreement()
        }
    }
}

extension ReconciliationsCommand {
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare a day that is over with Cosmo's transactions; comparing it again replaces its findings.",
            discussion: """
                The exit code is \(ExitStatus.violations.rawValue) when the books of that day do not agree. A long day \
                needs a longer --timeout.

                EXAMPLE
                  multibrand admin reconciliations run 2026-11-20 --timeout 600
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The UTC day, as 2026-11-20.") var day: String

        func validate() throws { try ReconciledDay.check(day) }

        func run() async throws {
            let found = try await admin.connected { connection in
                let found: Multibrand_V1_Reconciliation = try await connection.call(
                    "IssuanceService/ReconcileDay", Multibrand_V1_ReconcileDayRequest.with { $0.day = day })
                try connection.show(found) { found.page }
                return found
            }
            try found.requireAgreement()
        }
    }
}

extension [Multibrand_V1_Reconciliation] {
    /// One line a day.
    var table: String {
        var table = TextTable([
            .text("day"), .text("compared"), .number("at Cosmo"), .number("agree"), .number("findings"), .text("state"),
        ])
        for one in self {
            let state = one.hasFinishedAt ? "whole" : "under way"
            table.add([
                one.day, Moment.text(one.hasFinishedAt ? one.finishedAt : one.startedAt), "\(one.cosmoCount)",
                "\(one.matchedCount)", "\(one.findingCount)", one.failure.isEmpty ? state : "failed: \(one.failure)",
            ])
        }
        return table.rendered(whenEmpty: "No day was compared yet: multibrand admin reconciliations run DAY.")
    }
}

extension Multibrand_V1_Reconciliation {
    /// The day and each thing that only one side knows, or both know differently.
    var page: String {
        guard !findings.isEmpty else { return [self].table }
        var table = TextTable([
            .text("found"), .text("reference"), .text("Cosmo's id"), .text("program"), .text("reason"), .text("detail"),
        ])
        for finding in findings {
            table.add([
                finding.words, finding.referenceNumber, finding.cosmoTransactionID, finding.programID, finding.reason,
                finding.detailJson,
            ])
        }
        return [self].table + "\n\n" + table.rendered()
    }

    /// Ends the command with the code for books that do not agree.
    func requireAgreement() throws {
        if findingCount > 0 || !failure.isEmpty { throw ExitStatus.violations.code }
    }
}

extension Multibrand_V1_ReconciliationFinding {
    fileprivate var words: String {
        switch side {
        case "cosmo_only": "only at Cosmo"
        case "ours_only": "only here"
        case "differs": "differs"
        default: side
        }
    }
}
