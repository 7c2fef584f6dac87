import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
                        \(spend.spendID) on \(spend.cardID): \(amount) \(spend.amount.currencyCode), \(Moment.text(spend.occurredAt)), \
                        category \(spend.merchantCategoryCode.isEmpty ? "not known" : spend.merchantCategoryCode)
                        preference version \(recorded.preferenceVersion), \(recorded.attribution.words); running total before \(recorded.decision.runningTotalBefore)

                        \(recorded.decision.table(currency: spend.amount.currencyCode))\(recorded.heldWords)\(recorded.refundedWords)
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
            "\n\nrefunded \(Quantity.money(refundedMinor, currency)) of it: multibrand admin refunds list --card \(spend.cardID)"
    }
}
