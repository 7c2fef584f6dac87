import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension InboxCommand {
    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide about a held delivery: it counts, or it is a retry.",
            discussion: """
                If deliveries with one stamp disagree, the one you name is kept and the others are discarded. A delivery
                that may be a retry is kept as the cardholder's own choice; with --retry it is discarded.

                EXAMPLE
                  multibrand admin inbox resolve 17
                  multibrand admin inbox resolve 17 --retry
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The delivery's number.") var number: Int64
        @Flag(help: "It is a retry of an older delivery and does not count.") var retry = false
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            let question =
                retry
                ? "Discard delivery \(number) as a retry? This cannot be undone."
                : "Let delivery \(number) count and discard its rivals? This cannot be undone."
            try confirm(question, yes: yes)
            try await admin.connected { connection in
                let answer: Multibrand_V1_ResolveHeldEventResponse = try await connection.call(
                    "AdminService/ResolveHeldEvent",
                    Multibrand_V1_ResolveHeldEventRequest.with {
                        $0.inboxID = number
                        $0.isRetry = retry
                    })
                try connection.show(answer) { answer.preferences.map(\.table).joined(separator: "\n\n") }
            }
        }
    }
}
