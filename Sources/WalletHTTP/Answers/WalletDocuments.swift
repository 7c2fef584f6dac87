import PostgreSQL
import Rewards
import Wallet

/// The documents that the door answers with: each value of the room under the contract's names.
extension WalletCredit {
    var json: JSONValue { .members([("balance", .integer(balance)), ("currency", currency.json)]) }
}

extension WalletCurrency {
    var json: JSONValue { .members([("name", .string(name)), ("symbol", .string(symbol))]) }
}

extension MemberWallet {
    var json: JSONValue {
        .members([
            ("balance", .integer(balance)), ("held", .integer(held)), ("available", .integer(available)),
            ("amountReceived", .integer(amountReceived)), ("amountSpent", .integer(amountSpent)),
            ("currency", currency.json),
        ])
    }
}

extension WalletEligibility {
    var json: JSONValue { .members([("tier", .string(tier)), ("wallet", wallet.json)]) }
}

extension WalletTransaction {
    var json: JSONValue {
        .members([
            ("id", .string(id)), ("type", .string(type)), ("amount", .integer(amount)), ("reason", .text(reason)),
            ("redemptionID", .text(redemptionID)), ("holdID", .text(holdID)), ("createdAt", .time(createdAt)),
        ])
    }
}

extension WalletAccessToken {
    var json: JSONValue { .members([("accessToken", .string(accessToken)), ("expiresAt", .time(expiresAt))]) }
}

extension WalletMember {
    var json: JSONValue { .members(members) }

    fileprivate var members: [(String, JSONValue?)] {
        [
            ("externalUserID", .string(externalUserID)), ("displayName", .text(displayName)), ("tier", .string(tier)),
            ("attributes", attributes.map(JSONValue.object)),
        ]
    }
}

extension WalletMemberSummary {
    /// The names of the counts are in upper case.
    var json: JSONValue {
        let counts = RedemptionStatus.allCases.map { status in
            (status.rawValue, Optional(JSONValue.integer(redemptionCounts[status] ?? 0)))
        }
        return .members(member.members + [("wallet", wallet.json), ("redemptionCounts", .members(counts))])
    }
}

extension WalletRemoval {
    var json: JSONValue {
        .members([
            ("externalUserID", .string(externalUserID)), ("archived", .bool(isArchived)),
            ("balanceRetained", .bool(isBalanceRetained)),
        ])
    }
}

extension WalletOffer {
    var json: JSONValue {
        .members([
            ("id", .string(id)), ("title", .string(details.title)), ("description", .string(details.description)),
            ("shortDescription", .string(details.shortDescription)), ("kind", .string(details.kind)),
            ("type", .string(details.type)), ("pointsPrice", pointsPrice.map(JSONValue.integer)),
            ("expiresAt", .time(expiresAt)),
        ])
    }
}

extension WalletRedemption {
    var json: JSONValue {
        .members([
            ("id", .string(id)), ("offer", .string(offer)), ("status", .string(status.rawValue)),
            ("createdAt", .time(createdAt)), ("startAt", .time(startAt)), ("endAt", .time(endAt)),
        ])
    }
}

extension WalletHold {
    var json: JSONValue {
        .members([
            ("id", .string(id)), ("externalUserID", .string(externalUserID)), ("amount", .integer(amount)),
            ("captured", .integer(captured)), ("status", .string(status.rawValue)), ("reason", .text(reason)),
            ("createdAt", .time(createdAt)), ("expiresAt", .time(expiresAt)), ("endedAt", .time(endedAt)),
        ])
    }
}

extension WalletWebhook {
    var json: JSONValue { .members(members + [("disabledAt", .time(disabledAt))]) }

    fileprivate var members: [(String, JSONValue?)] {
        [
            ("id", .string(id)), ("url", .string(url)), ("events", .array(events.map(JSONValue.string))),
            ("environment", .string(environment.rawValue)), ("createdAt", .time(createdAt)),
        ]
    }
}

extension WalletWebhookCreated {
    var json: JSONValue { .members(webhook.members + [("signingSecret", .string(signingSecret))]) }
}

extension WalletWebhookDeleted {
    var json: JSONValue { .members([("id", .string(id)), ("ok", .bool(true))]) }
}

extension WalletSummary {
    /// The names of the counts are in lower case.
    var json: JSONValue {
        let counts = RedemptionStatus.allCases.map { status in
            (status.rawValue.lowercased(), Optional(JSONValue.integer(redemptionCounts[status] ?? 0)))
        }
        return .members([
            ("memberCount", .integer(memberCount)), ("pointsMinted", .integer(pointsMinted)),
            ("pointsSpent", .integer(pointsSpent)), ("completionRate", .number(completionRate.description)),
            ("redemptions", .members(counts + [("total", .integer(redemptionCount))])),
        ])
    }
}

extension WalletOfferReport {
    var json: JSONValue {
        .members([
            ("offerId", .string(offerID)), ("signups", .integer(signups)), ("completions", .integer(completions)),
            ("cancellations", .integer(cancellations)), ("pointsSpent", .integer(pointsSpent)),
        ])
    }
}

extension WalletBucket {
    var json: JSONValue {
        .members([
            ("startTime", .time(startAt)), ("endTime", .time(endAt)), ("signups", .integer(signups)),
            ("pointsMinted", .integer(pointsMinted)), ("pointsSpent", .integer(pointsSpent)),
        ])
    }
}

extension WalletPage {
    /// The page under the contract's name for its rows.
    func json(_ name: String, _ row: (Item) -> JSONValue) -> JSONValue {
        .members([(name, .array(items.map(row))), ("nextCursor", .text(nextCursor))])
    }
}

extension JSONValue {
    fileprivate static func time(_ time: PostgresTimestamp?) -> JSONValue { .text(time.map(WalletTime.text)) }
}
