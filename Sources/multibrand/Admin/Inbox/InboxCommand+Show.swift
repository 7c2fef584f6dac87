import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension InboxCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one delivery with its raw body, which holds personal data; that you looked is recorded.",
            discussion: "EXAMPLE\n  multibrand admin inbox show 17")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The delivery's number.") var number: Int64

        func run() async throws {
            try await admin.connected { connection in
                let entry: Multibrand_V1_InboxEntry = try await connection.call(
                    "AdminService/GetInboxEntry", Multibrand_V1_GetInboxEntryRequest.with { $0.inboxID = number })
                try connection.show(entry) {
                    [entry].table + "\n\n" + TextTable.printable(String(decoding: entry.body, as: UTF8.self))
                }
            }
        }
    }
}
