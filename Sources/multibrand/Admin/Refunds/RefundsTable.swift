import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

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
