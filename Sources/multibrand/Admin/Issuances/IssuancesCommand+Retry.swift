import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension IssuancesCommand {
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a parked issue's points be planned again, under a new reference.",
            discussion: "EXAMPLE\n  multibrand admin issuances retry mb-0a1b2c")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The issue's reference number.") var reference: String

        func run() async throws {
            try await admin.connected { connection in
                let issue: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/RetryIssuance",
                    Multibrand_V1_RetryIssuanceRequest.with { $0.referenceNumber = reference })
                try connection.show(issue) { "\(issue.cardID) is planned for \(issue.programID) again." }
            }
        }
    }
}
