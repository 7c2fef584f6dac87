import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension IssuancesCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one issue.", discussion: "EXAMPLE\n  multibrand admin issuances show mb-0a1b2c")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The issue's reference number.") var reference: String

        func run() async throws {
            try await admin.connected { connection in
                let issue: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/GetIssuance",
                    Multibrand_V1_GetIssuanceRequest.with { $0.referenceNumber = reference })
                try connection.show(issue) { [issue].table }
            }
        }
    }
}
