import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin refunds`
struct RefundsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refunds", abstract: "Refunds, the spends that bear them, and what each took back.",
        discussion: """
            EXAMPLES
              multibrand admin refunds list --status held
              multibrand admin refunds show refund-1
              multibrand admin refunds reattribute refund-1 spend-1=1500 spend-2=500 --reason "receipt shows both"
            """,
        subcommands: [List.self, Show.self, Record.self, Undo.self, Reattribute.self])
}

extension RefundsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a card's refunds, or those that wait, newest first.",
            discussion: """
                EXAMPLES
                  multibrand admin refunds list --card card-1
                  multibrand admin refunds list --status held
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this card's.") var card: String = ""
        @Option(help: "applied, waiting, held or undone; over all cards waiting or held.") var status: String?

        func validate() throws {
            let wanted = try status.map { try Multibrand_V1_RefundStatus(word: $0) }
            guard card.isEmpty, wanted != .waiting, wanted != .held else { return }
            throw ValidationError("name a card with --card, or give --status waiting or --status held")
        }

        func run() async throws {
            let wanted = try status.map { try Multibrand_V1_RefundStatus(word: $0) } ?? .unspecified
            try await admin.connected { connection in
                let refunds = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListRefundsResponse = try await connection.call(
                        "SpendService/ListRefunds",
                        Multibrand_V1_ListRefundsRequest.with {
                            $0.cardID = card
                            $0.status = wanted
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.refunds, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListRefundsResponse.with { $0.refunds = refunds }) { refunds.table }
            }
        }
    }
}

extension RefundsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Show one refund, the spends that bear it, what each program gave back, and what the policy "
                + "considered.",
            discussion: "EXAMPLE\n  multibrand admin refunds show refund-1")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String

        func run() async throws {
            try await admin.connected { connection in
                let refund: Multibrand_V1_Refund = try await connection.call(
                    "SpendService/GetRefund", Multibrand_V1_GetRefundRequest.with { $0.refundID = refundID })
                try connection.show(refund) {
                    let page = refund.page(refund.clawbacks)
                    guard !["", "[]", "{}"].contains(refund.candidatesJson) else { return page }
                    return page + "\n\nconsidered: " + TextTable.printable(refund.candidatesJson)
                }
            }
        }
    }
}

extension RefundsCommand {
    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record one full or partial refund.",
            discussion: """
                The same id again gives the same answer. Without --spend the attribution policy finds the spends, and \
                --card is required; with both, the refund waits for a spend that is not recorded yet.

                EXAMPLES
                  multibrand admin refunds record refund-1 --spend spend-1 --amount-minor 500 --currency USD
                  multibrand admin refunds record refund-2 --card card-1 --amount-minor 500 --currency USD --merchant \
                "Cafe Sol"
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String
        @Option(help: "The spend that is refunded, when it is known.") var spend: String = ""
        @Option(help: "The card; needed when no spend is named, or to wait for it.") var card: String = ""
        @Option(help: "The amount in minor units.") var amountMinor: Int64
        @Option(help: "ISO 4217 code of the currency.") var currency: String
        @Option(help: "Merchant category code, four digits.") var category: String = ""
        @Option(help: "The merchant's name.") var merchant: String = ""
        @Option(help: "The authorisation whose clearing is refunded.") var authorization: String = ""
        @Option(help: "When it happened (RFC 3339); now when left out.") var occurredAt: String?

        func validate() throws {
            guard spend.isEmpty, card.isEmpty else { return }
            throw ValidationError("name the spend with --spend, or the card with --card")
        }

        func run() async throws {
            let time = try occurredAt.map { try Moment.parse($0) }
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordRefundResponse = try await connection.call(
                    "SpendService/RecordRefund",
                    Multibrand_V1_RecordRefundRequest.with {
                        $0.refundID = refundID
                        $0.spendID = spend
                        $0.cardID = card
                        $0.amount.minorUnits = amountMinor
                        $0.amount.currencyCode = currency
                        $0.merchantCategoryCode = category
                        $0.merchantName = merchant
                        $0.authorizationID = authorization
                        if let time { $0.occurredAt = time }
                    })
                try connection.show(answer) { answer.page }
            }
        }
    }
}

extension RefundsCommand {
    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a refund back as if it had never been; repeating it changes nothing.",
            discussion: """
                The refund's id stays used: the same refund again needs a new one, so this asks first.

                EXAMPLE
                  multibrand admin refunds undo refund-1 --yes
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try confirm("Undo \(refundID) and give back what it took? Its id stays used.", yes: yes)
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordRefundResponse = try await connection.call(
                    "SpendService/UndoRefund", Multibrand_V1_UndoRefundRequest.with { $0.refundID = refundID })
                try connection.show(answer) { answer.page }
            }
        }
    }
}

extension RefundsCommand {
    struct Reattribute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Attribute a refund to other spends, in one step.",
            discussion: """
                The parts sum to the refund's amount. Reversible: attribute it to the first spends again.

                EXAMPLE
                  multibrand admin refunds reattribute refund-1 spend-1=1500 spend-2=500 --reason "receipt shows both"
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The refund's id.") var refundID: String
        @Argument(help: "SPEND=MINOR, one for each spend.") var targets: [String]
        @Option(help: "Why; kept in the record of operator actions.") var reason: String

        func validate() throws { _ = try targets.map(Self.target) }

        func run() async throws {
            let targets = try targets.map(Self.target)
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordRefundResponse = try await connection.call(
                    "SpendService/ReattributeRefund",
                    Multibrand_V1_ReattributeRefundRequest.with {
                        $0.refundID = refundID
                        $0.targets = targets
                        $0.reason = reason
                    })
                try connection.show(answer) { answer.page }
            }
        }

        /// Ids may hold an equals sign; the amount follows the last one.
        static func target(_ text: String) throws -> Multibrand_V1_RefundTarget {
            guard let sign = text.lastIndex(of: "="), sign != text.startIndex,
                let minor = Int64(text[text.index(after: sign)...]), minor > 0
            else { throw ValidationError("\(text) must read SPEND=MINOR, such as spend-1=1500") }
            return Multibrand_V1_RefundTarget.with {
                $0.spendID = String(text[..<sign])
                $0.amountMinor = minor
            }
        }
    }
}

extension [Multibrand_V1_Refund] {
    /// One line a refund.
    var table: String {
        var table = TextTable([
            .text("refund"), .text("card"), .text("occurred"), .number("amount"), .text("in"), .text("status"),
            .text("spends"), .text("rule"), .text("reason"),
        ])
        for refund in self {
            let currency = refund.amount.currencyCode
            let parts = refund.parts.map { "\($0.spendID) \(Quantity.money($0.amountMinor, currency))" }
            table.add([
                refund.refundID, refund.cardID, Moment.text(refund.occurredAt),
                Quantity.money(refund.amount.minorUnits, currency), currency, refund.status.word,
                parts.isEmpty ? refund.spendID : parts.joined(separator: ", "), refund.rule, refund.reason,
            ])
        }
        return table.rendered()
    }
}

extension Multibrand_V1_RecordRefundResponse {
    /// The refund's state, and what it takes from each leg.
    var page: String {
        (replayed ? "Nothing was changed: this had been done before.\n" : "") + refund.page(clawbacks)
    }
}

extension Multibrand_V1_Refund {
    /// The refund's state, and what each leg gave back.
    func page(_ clawbacks: [Multibrand_V1_Clawback]) -> String {
        let refund = self
        let text = [refund].table
        guard !clawbacks.isEmpty || refund.parts.contains(where: { $0.excludedMinor != 0 || $0.heldMinor != 0 })
        else { return text }
        var table = TextTable([
            .text("spend"), .text("from"), .number("amount"), .number("taken back"), .text("unit"),
        ])
        for clawback in clawbacks {
            table.add([
                clawback.spendID, clawback.programID,
                Quantity.money(clawback.amount.minorUnits, clawback.amount.currencyCode),
                Quantity.micro(clawback.microPoints), clawback.unit == .value ? "minor units" : "points",
            ])
        }
        for part in refund.parts {
            for (bucket, minor) in [("excluded", part.excludedMinor), ("held", part.heldMinor)] where minor != 0 {
                table.add([part.spendID, bucket, Quantity.money(minor, refund.amount.currencyCode), "", ""])
            }
        }
        return text + "\n\n" + table.rendered()
    }
}

extension Multibrand_V1_RefundStatus {
    var word: String {
        switch self {
        case .applied: "applied"
        case .waiting: "waiting"
        case .held: "held"
        case .undone: "undone"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }

    init(word: String) throws {
        guard let status = Self.allCases.first(where: { $0.word == word }), status != .unspecified else {
            throw ValidationError("--status must be one of applied, waiting, held, undone")
        }
        self = status
    }
}
