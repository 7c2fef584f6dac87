import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension RecoveryCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the newest recovery, or one by its number, with what Cosmo has and the books lack.",
            discussion: """
                The exit code is \(ExitStatus.violations.rawValue) while transactions of Cosmo are unexplained.

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
            let shown = try await admin.connected { connection in
                let recovery: Multibrand_V1_Recovery = try await connection.call(
                    "IssuanceService/GetRecovery",
                    Multibrand_V1_GetRecoveryRequest.with { $0.recoveryNumber = number ?? 0 })
                try connection.show(recovery) { recovery.page }
                return recovery
            }
            if shown.openCount > 0 { throw ExitStatus.violations.code }
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
