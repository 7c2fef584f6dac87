import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension IssuancesCommand {
    struct Calls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the calls made to Cosmo, newest first, personal fields masked.",
            discussion: "EXAMPLE\n  multibrand admin issuances calls --reference mb-0a1b2c")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only those made for this issue.") var reference: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let calls = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListCosmoCallsResponse = try await connection.call(
                        "AdminService/ListCosmoCalls",
                        Multibrand_V1_ListCosmoCallsRequest.with {
                            $0.referenceNumber = reference
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.calls, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListCosmoCallsResponse.with { $0.calls = calls }) {
                    var table = TextTable([
                        .text("when"), .text("call"), .text("program"), .text("reference"), .number("status"),
                        .text("outcome"),
                        .number("ms"),
                    ])
                    for call in calls {
                        table.add([
                            Moment.text(call.calledAt), call.call, call.programID, call.referenceNumber,
                            call.responseStatus == 0 ? "-" : "\(call.responseStatus)", call.outcome,
                            "\(call.durationMicros / 1000)",
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }
}
