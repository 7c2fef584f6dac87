import MultibrandAPI
import SwiftProtobuf

extension [Multibrand_V1_WalletMemberSummary] {
    var table: String {
        var table = TextTable([
            .text("member"), .text("name"), .text("tier"), .number("balance"), .number("held"), .number("received"),
            .number("spent"), .text("removed"),
        ])
        for row in self {
            table.add([
                row.member.externalUserID, row.member.displayName, row.member.tier, "\(row.wallet.balance)",
                "\(row.wallet.held)", "\(row.wallet.amountReceived)", "\(row.wallet.amountSpent)",
                Moment.text(row.member.archivedAt),
            ])
        }
        return table.rendered(whenEmpty: "No members.")
    }
}

extension [Multibrand_V1_WalletTransaction] {
    var table: String {
        var table = TextTable([
            .number("row"), .text("at"), .text("cause"), .number("amount"), .number("balance"), .text("reason"),
            .text("redemption or hold"),
        ])
        for row in self {
            table.add([
                "\(row.sequence)", Moment.text(row.createdAt), row.cause, "\(row.amount)", "\(row.balanceAfter)",
                row.reason, row.holdID.isEmpty ? row.redemptionID : row.holdID,
            ])
        }
        return table.rendered(whenEmpty: "The ledger is empty.")
    }
}

extension [Multibrand_V1_Hold] {
    var table: String {
        var table = TextTable([
            .text("hold"), .text("member"), .text("status"), .number("points"), .number("captured"), .text("placed"),
            .text("expires"), .text("ended"), .text("reason"),
        ])
        for row in self {
            table.add([
                row.holdID, row.externalUserID, row.status.word, "\(row.amount)", "\(row.captured)",
                Moment.text(row.createdAt), Moment.text(row.expiresAt), Moment.text(row.endedAt), row.reason,
            ])
        }
        return table.rendered(whenEmpty: "No holds.")
    }
}

extension [Multibrand_V1_Offer] {
    var table: String {
        var table = TextTable([.text("offer"), .text("title"), .number("points"), .text("expires")])
        for offer in self {
            table.add([
                offer.offerID, offer.details.title, offer.hasPointsPrice ? "\(offer.pointsPrice)" : "-",
                offer.hasExpiresAt ? Moment.text(offer.expiresAt) : "never",
            ])
        }
        return table.rendered(whenEmpty: "No offers.")
    }
}

extension [Multibrand_V1_Redemption] {
    var table: String {
        var table = TextTable([
            .text("redemption"), .text("offer"), .text("status"), .text("submitted"), .text("begins"), .text("ends"),
        ])
        for row in self {
            table.add([
                row.redemptionID, row.offerID, row.status.word, Moment.text(row.createdAt), Moment.text(row.startAt),
                Moment.text(row.endAt),
            ])
        }
        return table.rendered(whenEmpty: "No redemptions.")
    }
}

extension [Multibrand_V1_OrgKey] {
    var table: String {
        var table = TextTable([
            .text("key"), .text("label"), .text("made"), .text("expires"), .text("revoked"),
        ])
        for key in self {
            table.add([
                key.keyID, key.label, Moment.text(key.createdAt),
                key.hasExpiresAt ? Moment.text(key.expiresAt) : "never", Moment.text(key.revokedAt),
            ])
        }
        return table.rendered(whenEmpty: "No keys.")
    }
}

extension [Multibrand_V1_WalletWebhook] {
    var table: String {
        var table = TextTable([.text("endpoint"), .text("url"), .text("events"), .text("made"), .text("disabled")])
        for webhook in self {
            table.add([
                webhook.webhookID, webhook.url, webhook.events.joined(separator: " "), Moment.text(webhook.createdAt),
                Moment.text(webhook.disabledAt),
            ])
        }
        return table.rendered(whenEmpty: "No endpoints.")
    }
}

extension Multibrand_V1_Pool {
    var text: String {
        guard exists else { return "There is no pool: live credits are not limited." }
        var lines = ["The pool holds \(balance) points; low below \(lowWaterMark)."]
        if balance < lowWaterMark { lines.append("It is low: top it up.") }
        if !enabled { lines.append("Live credits do not draw from it: wallet.pool.enabled is off.") }
        return lines.joined(separator: "\n")
    }
}

extension Multibrand_V1_HoldStatus {
    /// The status as it is typed and shown.
    var word: String { HoldStatusWord.allCases.first { $0.status == self }?.rawValue ?? "?" }
}

extension Multibrand_V1_RedemptionStatus {
    /// The status as it is typed and shown.
    var word: String {
        RedemptionStatusWord.allCases.first { $0.status == self }?.rawValue ?? "?"
    }
}
