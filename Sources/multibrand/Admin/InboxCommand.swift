import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin inbox`
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Webhook deliveries.",
        discussion: "EXAMPLES\n  multibrand admin inbox list --status parked\n  multibrand admin inbox replay 17",
        subcommands: [List.self, Show.self, Replay.self, Resolve.self])
}

extension InboxCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List deliveries, newest first.",
            discussion: "EXAMPLE\n  multibrand admin inbox list --status held")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "received, applied, held or parked.") var status: String = ""
        @Option(help: "program-connection or transaction.") var kind: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let entries = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListInboxResponse = try await connection.call(
                        "AdminService/ListInbox",
                        Multibrand_V1_ListInboxRequest.with {
                            $0.status = status
                            $0.kind = kind
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.entries, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListInboxResponse.with { $0.entries = entries }) { entries.table }
            }
        }
    }
}

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

extension [Multibrand_V1_InboxEntry] {
    var table: String {
        var table = TextTable([
            .number("number"), .text("received"), .text("kind"), .text("status"), .text("reason"), .number("tries"),
            .number("times sent"), .text("verified by"),
        ])
        for entry in self {
            table.add([
                "\(entry.inboxID)", Moment.text(entry.receivedAt), entry.kind, entry.status, entry.reason,
                "\(entry.attempts)",
                "\(entry.deliveries)", entry.authentication,
            ])
        }
        return table.rendered()
    }
}
