import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin issuances`
struct IssuancesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issuances", abstract: "Issuances asked of Cosmo, and what became of them.",
        discussion:
            "EXAMPLES\n  multibrand admin issuances list --status unknown\n  multibrand admin issuances unknown",
        subcommands: [List.self, Show.self, Retry.self, Unknown.self, Resolve.self, Calls.self, Transaction.self])
}

extension IssuancesCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List issuances in the order they were planned.",
            discussion: """
                `--waiting` lists what only a person can resolve: mismatched issuances, unknown ones without a \
                scheduled read, \
                parked ones until their cause is removed, and confirmed ones that later information contradicts.

                EXAMPLES
                  multibrand admin issuances list --waiting
                  multibrand admin issuances list --status unknown
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this card's.") var card: String = ""
        @Option(help: "Only this program's.") var program: String = ""
        @Option(help: "planned, sending, accepted, confirmed, unknown, mismatched, parked or withdrawn.") var status:
            String?
        @Flag(help: "Only those that wait for a person.") var waiting = false

        func run() async throws {
            let wanted = try status.map { try Multibrand_V1_IssuanceStatus(word: $0) } ?? .unspecified
            try await admin.connected { connection in
                let issuances = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListIssuancesResponse = try await connection.call(
                        "IssuanceService/ListIssuances",
                        Multibrand_V1_ListIssuancesRequest.with {
                            $0.cardID = card
                            $0.programID = program
                            $0.status = wanted
                            $0.waitingOnly = waiting
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.issuances, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListIssuancesResponse.with { $0.issuances = issuances }) {
                    issuances.table
                }
            }
        }
    }
}

extension IssuancesCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one issuance.", discussion: "EXAMPLE\n  multibrand admin issuances show mb-0a1b2c")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The issuance's reference number.") var reference: String

        func run() async throws {
            try await admin.connected { connection in
                let issuance: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/GetIssuance",
                    Multibrand_V1_GetIssuanceRequest.with { $0.referenceNumber = reference })
                try connection.show(issuance) { [issuance].table }
            }
        }
    }
}

extension IssuancesCommand {
    struct Transaction: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read one transaction from Cosmo, beside what the books say of it.",
            discussion: """
                Changes nothing. The read is recorded as an operator's action, since the answer holds the account.

                EXAMPLE
                  multibrand admin issuances transaction mb-0a1b2c
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "Cosmo's transaction id, or the issuance's reference number.") var transactionID: String

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_GetCosmoTransactionResponse = try await connection.call(
                    "IssuanceService/GetCosmoTransaction",
                    Multibrand_V1_GetCosmoTransactionRequest.with { $0.transactionID = transactionID })
                try connection.show(answer) { answer.report }
            }
        }
    }
}

extension Multibrand_V1_GetCosmoTransactionResponse {
    /// Both sides, and what differs.
    var report: String {
        let (ours, theirs) = (issuance, cosmo)
        var table = TextTable([.text("field"), .text("Cosmo says"), .text("the books say")])
        func add(_ name: String, _ reported: String, _ booked: String) {
            let cells = [hasCosmo ? reported : "", hasIssuance ? booked : ""]
            guard cells != ["", ""] else { return }
            table.add([name] + cells.map { $0.isEmpty ? "-" : $0 })
        }
        let account = theirs.account.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        add("id", theirs.transactionID, ours.cosmoTransactionID)
        add("reference number", theirs.referenceNumber, ours.referenceNumber)
        add("program", theirs.programID, ours.programID)
        add("value", theirs.value, "\(ours.sentValue)")
        add("currency", theirs.currency, ours.sentCurrency)
        add("points", theirs.totalPoints, ours.totalPoints)
        add("status", theirs.status.isEmpty ? "completed (not stated)" : theirs.status, ours.status.word)
        add("created", theirs.createdAt, Moment.text(ours.createdAt))
        // The books keep an issuance's account to themselves: `differences` says whether it is another.
        add("account", account.joined(separator: ", "), "")
        let verdict =
            switch (hasCosmo, hasIssuance) {
            case (false, _): "Cosmo knows no such transaction."
            case (_, false): "It settles no issuance of the books."
            default:
                differences.isEmpty
                    ? "Both sides agree." : "Different: " + differences.joined(separator: ", ") + "."
            }
        return table.rendered() + "\n\n" + verdict
    }
}

extension IssuancesCommand {
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a parked issuance's points be planned again, under a new reference.",
            discussion: "EXAMPLE\n  multibrand admin issuances retry mb-0a1b2c")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The issuance's reference number.") var reference: String

        func run() async throws {
            try await admin.connected { connection in
                let issuance: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/RetryIssuance",
                    Multibrand_V1_RetryIssuanceRequest.with { $0.referenceNumber = reference })
                try connection.show(issuance) { "\(issuance.cardID) is planned for \(issuance.programID) again." }
            }
        }
    }
}

extension IssuancesCommand {
    struct Unknown: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what may or may not have been issued, by program.",
            discussion: """
                Nothing of it is resent blindly: reads from Cosmo, a webhook or `issuances resolve` resolve it.

                EXAMPLE
                  multibrand admin issuances unknown
                """)
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListUnknownBalancesResponse = try await connection.call(
                    "IssuanceService/ListUnknownBalances", Multibrand_V1_ListUnknownBalancesRequest())
                try connection.show(answer) {
                    var table = TextTable([
                        .text("program"), .number("unknown"), .text("unit"), .number("issuances"),
                        .text("oldest sent"),
                    ])
                    for balance in answer.balances {
                        table.add([
                            balance.programID, Quantity.micro(balance.unknownMicro),
                            balance.unit == .value ? "minor units" : "points", "\(balance.issuanceCount)",
                            Moment.text(balance.oldestSentAt),
                        ])
                    }
                    return table.rendered(whenEmpty: "Nothing is unknown.")
                }
            }
        }
    }
}

extension IssuancesCommand {
    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Resolve an issuance that waits for a person, by what you saw at Cosmo.",
            discussion: """
                Cannot be undone. `issued` counts the points as issued; `not-issued` makes them pending again, and \
                they will \
                be issued under a new reference: use it only if Cosmo's portal does not have the issuance. A \
                confirmed issuance \
                that later information contradicts stays confirmed: `issued` marks it as reviewed, so it no longer \
                waits.

                EXAMPLE
                  multibrand admin issuances resolve mb-0a1b2c issued --evidence "portal, 2026-11-21: tx_81 shows it" \
                --transaction tx_81
                """)

        enum Outcome: String, ExpressibleByArgument, CaseIterable {
            case issued
            case notIssued = "not-issued"
        }

        @OptionGroup var admin: AdminOptions
        @Argument(help: "The issuance's reference number.") var reference: String
        @Argument(help: "issued or not-issued.") var outcome: Outcome
        @Option(help: "What you saw, and where; kept permanently.") var evidence: String
        @Option(help: "Cosmo's id of the transaction, when it has one.") var transaction: String = ""
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Settle \(reference) as \(outcome.rawValue)? This cannot be undone.", yes: yes)
            try await admin.connected { connection in
                let issuance: Multibrand_V1_Issuance = try await connection.call(
                    "IssuanceService/ResolveIssuance",
                    Multibrand_V1_ResolveIssuanceRequest.with {
                        $0.referenceNumber = reference
                        $0.outcome = outcome == .issued ? .issued : .notIssued
                        $0.evidence = evidence
                        $0.cosmoTransactionID = transaction
                    })
                try connection.show(issuance) { [issuance].table }
            }
        }
    }
}

extension IssuancesCommand {
    struct Calls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the calls made to Cosmo, newest first, personal fields masked.",
            discussion: "EXAMPLE\n  multibrand admin issuances calls --reference mb-0a1b2c")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only those made for this issuance.") var reference: String = ""

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

extension [Multibrand_V1_Issuance] {
    var table: String {
        var table = TextTable([
            .text("reference"), .text("card"), .text("program"), .number("sent"), .text("in"), .text("status"),
            .text("by"),
            .text("Cosmo's id"), .text("reason"), .text("waits for"),
        ])
        for issuance in self {
            table.add([
                issuance.referenceNumber, issuance.cardID, issuance.programID, "\(issuance.sentValue)",
                issuance.sentCurrency,
                issuance.status.word,
                issuance.settledBy, issuance.cosmoTransactionID, issuance.reason,
                issuance.waitsForPerson ? "a person" : "",
            ])
        }
        return table.rendered()
    }
}

extension Multibrand_V1_IssuanceStatus {
    var word: String {
        switch self {
        case .planned: "planned"
        case .sending: "sending"
        case .accepted: "accepted"
        case .confirmed: "confirmed"
        case .unknown: "unknown"
        case .mismatched: "mismatched"
        case .parked: "parked"
        case .withdrawn: "withdrawn"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }

    init(word: String) throws {
        guard let status = Self.allCases.first(where: { $0.word == word }) else {
            let words = Self.allCases.map(\.word).filter { $0 != "?" }.joined(separator: ", ")
            throw ValidationError("--status must be one of \(words)")
        }
        self = status
    }
}
