import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
