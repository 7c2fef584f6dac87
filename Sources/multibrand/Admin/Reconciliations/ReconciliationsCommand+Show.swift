import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
