import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension InboxCommand {
    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide between held deliveries: this one stands, its rivals are discarded.",
            discussion: "EXAMPLE\n  multibrand admin inbox resolve 17")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The delivery's number.") var number: Int64
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Let delivery \(number) stand and discard its rivals? This cannot be undone.", yes: yes)
            try await admin.connected { connection in
                let answer: Multibrand_V1_ResolveHeldEventResponse = try await connection.call(
                    "AdminService/ResolveHeldEvent", Multibrand_V1_ResolveHeldEventRequest.with { $0.inboxID = number })
                try connection.show(answer) { answer.preferences.map(\.table).joined(separator: "\n\n") }
            }
        }
    }
}
