import PostgreSQL
import Rewards

/// A value that is kept under an idempotency key, so that the same request gets it again.
///
/// The JSON is the room's own and no client sees it. Rows are kept as long as the ledger, so a form that was once
/// written must stay readable.
protocol StoredAnswer: Sendable {
    /// The value in JSON.
    var stored: JSONValue { get }
    /// Reads what ``stored`` wrote; nil for anything else.
    init?(stored: JSONValue)
}

extension WalletCredit: StoredAnswer {
    var stored: JSONValue { .members([("balance", .integer(balance)), ("currency", currency.stored)]) }

    init?(stored: JSONValue) {
        guard let balance = stored["balance"]?.int64,
            let currency = stored["currency"].flatMap(WalletCurrency.init(stored:))
        else { return nil }
        self.init(balance: balance, currency: currency)
    }
}

extension WalletCurrency: StoredAnswer {
    var stored: JSONValue { .members([("name", .string(name)), ("symbol", .string(symbol))]) }

    init?(stored: JSONValue) {
        guard let name = stored["name"]?.string, let symbol = stored["symbol"]?.string else { return nil }
        self.init(name: name, symbol: symbol)
    }
}

extension WalletAccessToken: StoredAnswer {
    var stored: JSONValue { .members([("accessToken", .string(accessToken)), ("expiresAt", .time(expiresAt))]) }

    init?(stored: JSONValue) {
        guard let token = stored["accessToken"]?.string, let expiresAt = stored["expiresAt"]?.time else { return nil }
        self.init(accessToken: token, expiresAt: expiresAt)
    }
}

extension WalletMember: StoredAnswer {
    var stored: JSONValue { .members(fields) }

    init?(stored: JSONValue) {
        guard let id = stored["externalUserID"]?.string, let tier = stored["tier"]?.string else { return nil }
        self.init(
            externalUserID: id, displayName: stored["displayName"]?.string, tier: tier,
            attributes: stored["attributes"]?.object)
    }
}

extension WalletRemoval: StoredAnswer {
    var stored: JSONValue {
        .members([
            ("externalUserID", .string(externalUserID)), ("archived", .bool(isArchived)),
            ("balanceRetained", .bool(isBalanceRetained)),
        ])
    }

    init?(stored: JSONValue) {
        guard let id = stored["externalUserID"]?.string, let archived = stored["archived"]?.bool,
            let retained = stored["balanceRetained"]?.bool
        else { return nil }
        self.init(externalUserID: id, isArchived: archived, isBalanceRetained: retained)
    }
}

extension WalletRedemption: StoredAnswer {
    var stored: JSONValue { .members(fields) }

    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string, let offer = stored["offer"]?.string,
            let status = stored["status"]?.string.flatMap(RedemptionStatus.init(rawValue:)),
            let createdAt = stored["createdAt"]?.time
        else { return nil }
        self.init(
            id: id, offer: offer, status: status, createdAt: createdAt, startAt: stored["startAt"]?.time,
            endAt: stored["endAt"]?.time)
    }
}

extension WalletHold: StoredAnswer {
    var stored: JSONValue { .members(fields) }

    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string, let externalUserID = stored["externalUserID"]?.string,
            let amount = stored["amount"]?.int64, let captured = stored["captured"]?.int64,
            let status = stored["status"]?.string.flatMap(HoldStatus.init(rawValue:)),
            let createdAt = stored["createdAt"]?.time, let expiresAt = stored["expiresAt"]?.time
        else { return nil }
        self.init(
            id: id, externalUserID: externalUserID, amount: amount, captured: captured, status: status,
            reason: stored["reason"]?.string, createdAt: createdAt, expiresAt: expiresAt,
            endedAt: stored["endedAt"]?.time)
    }
}

extension WalletWebhookCreated: StoredAnswer {
    var stored: JSONValue {
        .members([
            ("id", .string(webhook.id)), ("url", .string(webhook.url)),
            ("events", .array(webhook.events.map(JSONValue.string))),
            ("environment", .string(webhook.environment.rawValue)), ("signingSecret", .string(signingSecret)),
            ("createdAt", .time(webhook.createdAt)),
        ])
    }

    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string, let url = stored["url"]?.string, let events = stored["events"]?.array,
            let environment = stored["environment"]?.string.flatMap(WalletEnvironment.init(rawValue:)),
            let secret = stored["signingSecret"]?.string, let createdAt = stored["createdAt"]?.time
        else { return nil }
        let webhook = WalletWebhook(
            id: id, url: url, events: events.compactMap(\.string), environment: environment, createdAt: createdAt,
            disabledAt: nil)
        self.init(webhook: webhook, signingSecret: secret)
    }
}

extension WalletWebhookDeleted: StoredAnswer {
    var stored: JSONValue { .members([("id", .string(id))]) }

    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string else { return nil }
        self.init(id: id)
    }
}

extension WalletPoolState: StoredAnswer {
    var stored: JSONValue { .members([("balance", .integer(balance)), ("lowWaterMark", .integer(lowWaterMark))]) }

    init?(stored: JSONValue) {
        guard let balance = stored["balance"]?.int64, let mark = stored["lowWaterMark"]?.int64 else { return nil }
        self.init(balance: balance, lowWaterMark: mark)
    }
}

extension JSONValue {
    /// A time as the wallet writes it, or `null`.
    static func time(_ time: PostgresTimestamp?) -> JSONValue { .text(time.map(WalletTime.text)) }

    fileprivate var time: PostgresTimestamp? {
        string.flatMap { InternetTime.microseconds($0) }.map(PostgresTimestamp.init(microsecondsSinceEpoch:))
    }
}
