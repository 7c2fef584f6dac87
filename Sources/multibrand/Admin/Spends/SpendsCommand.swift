import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin spends`
struct SpendsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spends", abstract: "Recorded spends and how they were split.",
        discussion:
            "EXAMPLES\n  multibrand admin spends list card-1\n  multibrand admin spends show spend-1\n  multibrand "
            + "admin spends held",
        subcommands: [List.self, Show.self, Preview.self, Record.self, Held.self, Release.self])
}

extension SpendsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a card's spends, newest first.",
            discussion: "EXAMPLE\n  multibrand admin spends list card-1")
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Argument(help: "The card's id.") var cardID: String

        func run() async throws {
            try await admin.connected { connection in
                let spends = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListSpendsResponse = try await connection.call(
                        "SpendService/ListSpends",
                        Multibrand_V1_ListSpendsRequest.with {
                            $0.cardID = cardID
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.spends, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListSpendsResponse.with { $0.spends = spends }) {
                    var table = TextTable([
                        .text("spend"), .text("occurred"), .number("amount"), .text("in"), .text("category"),
                        .text("split"),
                    ])
                    for recorded in spends {
                        let spend = recorded.spend
                        var split = (recorded.decision.legs + recorded.release.decision.legs).map {
                            "\($0.programID) \(Quantity.money($0.amount.minorUnits, $0.amount.currencyCode))"
                        }
                        if recorded.heldNowMinor > 0 {
                            split.append("held \(Quantity.money(recorded.heldNowMinor, spend.amount.currencyCode))")
                        }
                        table.add([
                            spend.spendID, Moment.text(spend.occurredAt),
                            Quantity.money(spend.amount.minorUnits, spend.amount.currencyCode),
                            spend.amount.currencyCode,
                            spend.merchantCategoryCode, split.joined(separator: ", "),
                        ])
                    }
                    return table.rendered()
                }
            }
        }
    }
}

extension SpendsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one spend with its decision.", discussion: "EXAMPLE\n  multibrand admin spends show spend-1"
        )
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The spend's id.") var spendID: String

        func run() async throws {
            try await admin.connected { connection in
                let recorded: Multibrand_V1_RecordedSpend = try await connection.call(
                    "SpendService/GetSpend", Multibrand_V1_GetSpendRequest.with { $0.spendID = spendID })
                try connection.show(recorded) {
                    let spend = recorded.spend
                    let amount = Quantity.money(spend.amount.minorUnits, spend.amount.currencyCode)
                    return """
                        \(spend.spendID) on \(spend.cardID): \(amount) \(spend.amount.currencyCode), \
                        \(Moment.text(spend.occurredAt)), \
                        category \(spend.merchantCategoryCode.isEmpty ? "not known" : spend.merchantCategoryCode)
                        preference version \(recorded.preferenceVersion), \(recorded.attribution.words); running \
                        total before \(recorded.decision.runningTotalBefore)

                        \(recorded.decision.table(currency: spend.amount.currencyCode))\
                        \(recorded.heldWords)\(recorded.refundedWords)
                        """
                }
            }
        }
    }
}

extension Multibrand_V1_RecordedSpend {
    /// What is held now, or what became of it, below the decision when something was held.
    fileprivate var heldWords: String {
        let currency = spend.amount.currencyCode
        guard hasRelease else {
            return decision.heldMinor > 0
                ? "\n\nheld now: \(Quantity.money(heldNowMinor, currency)), until a later preference has links" : ""
        }
        let when = Moment.text(release.releasedAt)
        let held = Quantity.money(release.amountMinor, currency)
        guard release.outcome == .released else { return "\n\n\(held) had been held too long and was excluded \(when)" }
        return
            "\n\nof the held \(held), decided \(when) under preference version \(release.preferenceVersion):\n"
            + release.decision.table(currency: currency)
    }

    /// A line below the decision when some of it is refunded.
    fileprivate var refundedWords: String {
        guard refundedMinor != 0 else { return "" }
        let currency = spend.amount.currencyCode
        return
            "\n\nrefunded \(Quantity.money(refundedMinor, currency)) of it: multibrand admin refunds list --card "
            + "\(spend.cardID)"
    }
}

extension SpendsCommand {
    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what recording a spend would do now, with a token that binds it; stores nothing.",
            discussion: """
                `spends record --preview-token` then does exactly that, or reports what changed.

                EXAMPLE
                  multibrand admin spends preview spend-1 --card card-1 --amount-minor 12345 --currency USD \
                --category 5812
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The id the spend will have.") var spendID: String
        @OptionGroup var purchase: PurchaseOptions

        func run() async throws {
            let spend = try purchase.spend(spendID)
            try await admin.connected { connection in
                let answer: Multibrand_V1_PreviewSpendResponse = try await connection.call(
                    "SpendService/PreviewSpend", Multibrand_V1_PreviewSpendRequest.with { $0.spend = spend })
                try connection.show(answer) {
                    """
                    preference version \(answer.preferenceVersion), \(answer.attribution.words)

                    \(answer.decision.table(currency: purchase.currency))

                    The token binds until \(Moment.text(answer.expiresAt)):
                    \(answer.previewToken)
                    """
                }
            }
        }
    }
}

extension Multibrand_V1_Attribution {
    /// Why that version.
    var words: String {
        switch self {
        case .authorization: "pinned when the purchase was authorised"
        case .clearing: "valid when the purchase happened"
        case .latest: "in force when it was recorded"
        case .unspecified, .UNRECOGNIZED: "for a reason this program does not know"
        }
    }
}

extension SpendsCommand {
    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record one cleared spend.",
            discussion: """
                With a token of `spends preview` it is recorded exactly as previewed, or refused with what changed.

                EXAMPLE
                  multibrand admin spends record spend-1 --card card-1 --amount-minor 12345 --currency USD --category \
                5812
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The spend's id; the same again gives the same answer.") var spendID: String
        @OptionGroup var purchase: PurchaseOptions
        @Option(help: "What `spends preview` gave.") var previewToken: String = ""

        func run() async throws {
            let spend = try purchase.spend(spendID)
            try await admin.connected { connection in
                let answer: Multibrand_V1_RecordSpendResponse = try await connection.call(
                    "SpendService/RecordSpend",
                    Multibrand_V1_RecordSpendRequest.with {
                        $0.spend = spend
                        $0.previewToken = previewToken
                    })
                try connection.show(answer) {
                    (answer.replayed ? "Recorded before; this is the first answer.\n" : "")
                        + answer.decision.table(currency: purchase.currency)
                }
            }
        }
    }
}

extension SpendsCommand {
    struct Held: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the spends with held money, oldest first.",
            discussion: """
                NO_LINKS: the card had no links. REFUSED_BY_ALL: every program refused it. Held money is decided
                under the first later version of the card's preference that has links, or by `admin spends release`.

                EXAMPLES
                  multibrand admin spends held
                  multibrand admin spends held --card card-1
                """)
        @OptionGroup var admin: AdminOptions
        @OptionGroup var listing: ListingOptions
        @Option(help: "Only this card's.") var card: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let spends = try await listing.gather { size, token in
                    let page: Multibrand_V1_ListHeldSpendsResponse = try await connection.call(
                        "AdminService/ListHeldSpends",
                        Multibrand_V1_ListHeldSpendsRequest.with {
                            $0.cardID = card
                            $0.pageSize = size
                            $0.pageToken = token
                        })
                    return (page.spends, page.nextPageToken)
                }
                try connection.show(Multibrand_V1_ListHeldSpendsResponse.with { $0.spends = spends }) {
                    var table = TextTable([
                        .text("card"), .text("spend"), .number("held"), .text("in"), .text("since"), .text("reason"),
                        .number("version"),
                    ])
                    for spend in spends {
                        table.add([
                            spend.cardID, spend.spendID,
                            Quantity.money(spend.held.minorUnits, spend.held.currencyCode), spend.held.currencyCode,
                            Moment.text(spend.heldSince), spend.reason, "\(spend.preferenceVersion)",
                        ])
                    }
                    return table.rendered(whenEmpty: "Nothing is held.")
                }
            }
        }
    }
}

extension SpendsCommand {
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide held money now, under the preference in force.",
            discussion: """
                Without a card: for every card that has links. The money of a card without links stays held. What is \
                refused
                again is permanently excluded. Repeating the command continues where it stopped.

                EXAMPLES
                  multibrand admin spends release card-1
                  multibrand admin spends release
                """)
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id; every card without it.") var cardID: String = ""

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ReleaseHeldResponse = try await connection.call(
                    "AdminService/ReleaseHeld", Multibrand_V1_ReleaseHeldRequest.with { $0.cardID = cardID })
                try connection.show(answer) {
                    let reasons = answer.notReleasedByReason.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                    let others = reasons.isEmpty ? "" : " Not released: \(reasons.joined(separator: ", "))."
                    guard answer.released == 0, reasons.isEmpty else {
                        return "The held money of \(answer.released) spends was decided.\(others)"
                    }
                    return "Nothing was decided: no card asked about has both held money and a link."
                }
            }
        }
    }
}
