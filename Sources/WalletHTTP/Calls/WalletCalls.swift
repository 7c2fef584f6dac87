import PostgreSQL
import Rewards
import Wallet

/// The endpoints' way to the room's use cases: read the request, call, write the answer; no decisions.
struct WalletCalls: Sendable {
    let accounts: WalletAccounts
    let analytics: WalletAnalytics
    let credentials: WalletCredentials
    let holds: WalletHolds
    let members: WalletMembers
    let offers: WalletOffers
    let redemptions: WalletRedemptions
    let webhooks: WalletWebhooks

    init(_ context: WalletContext) {
        accounts = WalletAccounts(context)
        analytics = WalletAnalytics(context)
        credentials = WalletCredentials(context)
        holds = WalletHolds(context)
        members = WalletMembers(context)
        offers = WalletOffers(context)
        redemptions = WalletRedemptions(context)
        webhooks = WalletWebhooks(context)
    }

    /// The document of the answer.
    ///
    /// **Errors** what the use case throws.
    func answer(_ call: WalletCall) async throws -> JSONValue {
        switch call.endpoint {
        case .exchangeToken: try await exchange(call)
        case .creditWallet: try await credit(call)
        case .getWallet: try await accounts.wallet(by: call.caller).json
        case .listTransactions: try await transactions(call)
        case .placeHold: try await placeHold(call)
        case .listHolds: try await listHolds(call)
        case .getHold: try await holds.get(id: call.id, by: call.caller).json
        case .captureHold: try await captureHold(call)
        case .releaseHold: try await releaseHold(call)
        case .getEligibility: try await eligibility(call)
        case .listOffers: try await listOffers(call)
        case .createRedemption: try await redeem(call)
        case .listRedemptions: try await listRedemptions(call)
        case .getRedemption: try await redemptions.get(id: call.id, by: call.caller).json
        case .cancelRedemption: try await cancel(call)
        case .upsertMember: try await upsert(call)
        case .getMember: try await members.summary(call.id, by: call.caller).json
        case .removeMember: try await remove(call)
        case .getAnalyticsSummary: try await analytics.summary(by: call.caller).json
        case .getAnalyticsOffers: ["offers": .array(try await analytics.offers(by: call.caller).map(\.json))]
        case .getAnalyticsTimeseries: try await timeseries(call)
        case .registerWebhook: try await registerWebhook(call)
        case .listWebhooks: try await listWebhooks(call)
        case .deleteWebhook: try await deleteWebhook(call)
        }
    }
}

/// Contract sections 2, 5, 6 and 8.5.
extension WalletCalls {
    func credit(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        return try await accounts.credit(
            body.requiredText("externalUserID"), amount: body.requiredInteger("amount"), reason: body.text("reason"),
            by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func transactions(_ call: WalletCall) async throws -> JSONValue {
        try await accounts.transactions(
            named: call.query.text("externalUserID"), page: call.query.page(), by: call.caller
        ).json("transactions", \.json)
    }

    func eligibility(_ call: WalletCall) async throws -> JSONValue {
        try await accounts.eligibility(named: call.query.text("externalUserID"), by: call.caller).json
    }
}

/// Our extension: points set aside for purchases under way.
extension WalletCalls {
    func placeHold(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        return try await holds.place(
            body.requiredText("externalUserID"), amount: body.requiredInteger("amount"), reason: body.text("reason"),
            lifetime: body.integer("expiresInSeconds").map { .seconds($0) }, by: call.caller,
            idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func listHolds(_ call: WalletCall) async throws -> JSONValue {
        try await holds.list(
            named: call.query.text("externalUserID"), status: call.query.choice("status"), page: call.query.page(),
            by: call.caller
        ).json("holds", \.json)
    }

    func captureHold(_ call: WalletCall) async throws -> JSONValue {
        let amount = try call.requiredBody().integer("amount")
        return try await holds.capture(
            id: call.id, amount: amount, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func releaseHold(_ call: WalletCall) async throws -> JSONValue {
        try await holds.release(
            id: call.id, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }
}

/// Contract sections 8.2 and 8.6.
extension WalletCalls {
    func exchange(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        let change = WalletMemberChange(
            displayName: try body.text("displayName"), email: try body.text("email"), tier: try body.text("tier"))
        return try await credentials.exchange(
            body.requiredText("externalUserID"), change, by: call.caller, idempotency: call.idempotency(),
            now: call.now
        ).value.json
    }

    func upsert(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        let change = WalletMemberChange(
            displayName: try body.text("displayName"), tier: try body.text("tier"),
            attributes: try body.object("attributes"))
        return try await members.upsert(
            call.id, change, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func remove(_ call: WalletCall) async throws -> JSONValue {
        let retainBalance = try call.query.flag("retainBalance")
        return try await members.remove(
            call.id, retainBalance: retainBalance, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }
}

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

/// Contract sections 8.3 and 8.4, and U1 for the cancel.
extension WalletCalls {
    func listOffers(_ call: WalletCall) async throws -> JSONValue {
        try await offers.list(page: call.query.page(), by: call.caller, now: call.now).json("data", \.json)
    }

    func redeem(_ call: WalletCall) async throws -> JSONValue {
        let body = try call.requiredBody()
        return try await redemptions.redeem(
            offer: body.requiredText("offer"), named: body.text("externalUserID"), by: call.caller,
            idempotency: call.idempotency(), now: call.now
        ).value.json
    }

    func listRedemptions(_ call: WalletCall) async throws -> JSONValue {
        try await redemptions.list(
            named: call.query.text("externalUserID"), status: call.query.choice("status"), page: call.query.page(),
            by: call.caller
        ).json("redemptions", \.json)
    }

    func cancel(_ call: WalletCall) async throws -> JSONValue {
        try await redemptions.cancel(
            id: call.id, by: call.caller, idempotency: call.idempotency(), now: call.now
        ).value.json
    }
}
