import Rewards
import Wallet

/// Contract sections 8.7 and 8.8.
extension WalletCalls {
    func timeseries(_ call: WalletCall) async throws -> JSONValue {
        let interval = try call.query.choice("interval", as: WalletAnalytics.Interval.self)
        guard let interval else {
            throw WalletRefusal(validation: "interval must be one of day, week, month")
        }
        let buckets = try await analytics.timeseries(
            from: call.query.time("from"), to: call.query.time("to"), interval: interval, by: call.caller)
        return ["buckets": .array(buckets.map(\.json))]
    }

    func registerWebhook(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        return try await webhooks.register(
            url: body.requiredText("url"), events: body.requiredTexts("events"), by: call.caller,
            idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func listWebhooks(_ call: WalletCall) async throws -> JSONValue {
        ["data": .array(try await webhooks.list(by: call.caller).map(\.json))]
    }

    func deleteWebhook(_ call: WalletCall) async throws -> JSONValue {
        try await webhooks.delete(
            id: call.id, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }
}
