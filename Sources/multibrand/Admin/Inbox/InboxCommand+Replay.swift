import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension InboxCommand {
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply a delivery again; safe, since the outcome depends on the set of deliveries alone.",
            discussion: "EXAMPLE\n  multibrand admin inbox replay 17")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The delivery's number.") var number: Int64

        func run() async throws {
            try await admin.connected { connection in
                let entry: Multibrand_V1_InboxEntry = try await connection.call(
                    "AdminService/ReplayInboxEntry", Multibrand_V1_ReplayInboxEntryRequest.with { $0.inboxID = number })
                try connection.show(entry) { "Delivery \(number) is to be applied again." }
            }
        }
    }
}
