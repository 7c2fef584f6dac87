import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension IssuancesCommand {
    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Settle an issue that waits for a person by what you saw at Cosmo.",
            discussion: """
                Cannot be undone. `issued` counts the points as issued; `not-issued` makes them pending again, and they will \
                be issued under a new reference: say it only when Cosmo's portal does not have the issue. A confirmed issue \
                that later news contradicts stays confirmed: `issued` says that you have looked, and it waits for nobody.

                EXAMPLE
                  multibrand admin issuances resolve mb-0a1b2c issued --evidence "portal, 2026-11-21: tx_81 shows it" --transaction tx_81
                """)

        enum Outcome: String, ExpressibleByArgument, CaseIterable {
            case issued
            case notIssued = "not-issued"
        }

        @OptionGroup var admin: AdminOptions
        @Argument(help: "The issue's reference number.") var reference: String
        @Argument(help: "issued or not-issued.") var outcome: Outcome
        @Option(help: "What you saw, and where; kept permanently.") var evidence: String
        @Option(help: "Cosmo's id of the transaction, when it has one.") var transaction: String = ""
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Settle \(reference) as \(outcome.rawValue)? This cannot be undone.", yes: yes)
            try await admin.connected { connection in
                let issue: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/ResolveIssuance",
                    Multibrand_V1_ResolveIssuanceRequest.with {
                        $0.referenceNumber = reference
                        $0.outcome = outcome == .issued ? .issued : .notIssued
                        $0.evidence = evidence
                        $0.cosmoTransactionID = transaction
                    })
                try connection.show(issue) { [issue].table }
            }
        }
    }
}
